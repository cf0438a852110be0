#include "broker/broker_life.h"

#include <utility>

#include "base/logging.h"

namespace klamm::broker {
namespace {

template <class Response>
LifecycleAnswer read(const PeerAnswer& answer) {
  protocol::Reader reader(answer.body);
  Response response;
  response.read(reader, answer.version);
  if (!reader.ok()) return NoAnswer{"the answer cannot be read"};
  return response;
}

template <class Request>
ControllerRequest request_of(const Request& message, int64_t deadline_ms) {
  ControllerRequest request;
  request.key = Request::kKey;
  request.version_min = Request::kVersionMin;
  request.version_max = Request::kVersionMax;
  request.encode = [message](int16_t version, Bytes& out) {
    protocol::Writer writer(out);
    message.write(writer, version);
  };
  request.deadline_ms = deadline_ms;
  // The machine tries again by itself, with what there is to say by then.
  request.retries = false;
  return request;
}

}  // namespace

BrokerLife::~BrokerLife() {
  if (timer_ != TimerId::kNone) uses_.loop.cancel(timer_);
}

void BrokerLife::perform(LifecycleOutput output) {
  for (const LifecycleLine& line : output.log) log_line(line.level, line.text, __FILE__);
  if (uses_.on_state) uses_.on_state(machine_.state());
  if (output.request) send(*std::move(output.request));
  set_timer();
  if (output.registered) uses_.on_registered(*output.registered);
  if (output.caught_up) uses_.on_caught_up();
  if (output.fenced) uses_.on_fenced(*output.fenced);
  if (output.may_stop) uses_.on_may_stop();
  if (!output.fatal.empty()) uses_.fatal(output.fatal);
}

void BrokerLife::send(LifecycleRequest request) {
  const uint64_t number = request.number;
  std::visit(
      [&](const auto& message) {
        using Request = std::decay_t<decltype(message)>;
        const bool is_heartbeat = std::is_same_v<Request, protocol::BrokerHeartbeatRequest>;
        uses_.controller.send(request_of(message, request.deadline_ms),
                              [this, number, is_heartbeat](Result<PeerAnswer, ControllerFailure> answer) {
                                LifecycleAnswer told = NoAnswer{};
                                if (!answer) {
                                  told = NoAnswer{answer.error().why};
                                } else if (is_heartbeat) {
                                  told = read<protocol::BrokerHeartbeatResponse>(*answer);
                                } else {
                                  told = read<protocol::BrokerRegistrationResponse>(*answer);
                                }
                                perform(machine_.on_answer(number, told, now()));
                              });
      },
      request.message);
}

void BrokerLife::set_timer() {
  if (timer_ != TimerId::kNone) uses_.loop.cancel(std::exchange(timer_, TimerId::kNone));
  const std::optional<int64_t> deadline_ms = machine_.next_deadline_ms();
  if (!deadline_ms) return;
  timer_ = uses_.loop.call_at(*deadline_ms, [this] {
    timer_ = TimerId::kNone;
    perform(machine_.tick(now()));
  });
}

}  // namespace klamm::broker
