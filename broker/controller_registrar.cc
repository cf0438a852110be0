#include "broker/controller_registrar.h"

#include <utility>

#include "base/logging.h"

namespace klamm::broker {

using protocol::ControllerRegistrationRequest;
using protocol::ControllerRegistrationResponse;

RegistrarDriver::~RegistrarDriver() {
  if (timer_ != TimerId::kNone) loop_.cancel(timer_);
}

void RegistrarDriver::stop() {
  stopped_ = true;
  if (timer_ != TimerId::kNone) loop_.cancel(std::exchange(timer_, TimerId::kNone));
}

void RegistrarDriver::perform(RegistrarOutput output) {
  if (stopped_) return;
  for (const LifecycleLine& line : output.log) log_line(line.level, line.text, __FILE__);
  if (output.request) send(*std::move(output.request));
  if (timer_ != TimerId::kNone) loop_.cancel(std::exchange(timer_, TimerId::kNone));
  const std::optional<int64_t> deadline_ms = machine_.next_deadline_ms();
  if (!deadline_ms) return;
  timer_ = loop_.call_at(*deadline_ms, [this] {
    timer_ = TimerId::kNone;
    perform(machine_.tick(loop_.now_ms()));
  });
}

void RegistrarDriver::send(RegistrarRequest asked) {
  ControllerRequest request;
  request.key = ControllerRegistrationRequest::kKey;
  request.version_min = ControllerRegistrationRequest::kVersionMin;
  request.version_max = ControllerRegistrationRequest::kVersionMax;
  request.encode = [message = std::move(asked.message)](int16_t version, Bytes& out) {
    protocol::Writer writer(out);
    message.write(writer, version);
  };
  request.deadline_ms = asked.deadline_ms;
  request.retries = false;
  controller_.send(
      std::move(request), [this, number = asked.number](Result<PeerAnswer, ControllerFailure> answer) {
        ControllerRegistrar::Answer told = NoAnswer{};
        if (!answer) {
          told = NoAnswer{answer.error().why};
        } else {
          protocol::Reader reader(answer->body);
          ControllerRegistrationResponse response;
          response.read(reader, answer->version);
          told = reader.ok() ? ControllerRegistrar::Answer(response) : NoAnswer{"the answer cannot be read"};
        }
        perform(machine_.on_answer(number, told, loop_.now_ms()));
      });
}

}  // namespace klamm::broker
