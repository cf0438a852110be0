#include "broker/isr_changer.h"

#include <utility>

#include "base/logging.h"
#include "protocol/messages/alter_partition_request.h"
#include "protocol/messages/alter_partition_response.h"

namespace klamm::broker {

using protocol::AlterPartitionRequest;
using protocol::AlterPartitionResponse;

IsrChanger::~IsrChanger() {
  if (timer_ != TimerId::kNone) uses_.loop.cancel(timer_);
}

void IsrChanger::stop() {
  stopped_ = true;
  if (timer_ != TimerId::kNone) uses_.loop.cancel(std::exchange(timer_, TimerId::kNone));
}

void IsrChanger::propose(const IsrChanges::Key& key, IsrProposal proposal) {
  uses_.loop.post([this, key, proposal = std::move(proposal)]() mutable {
    submit(key, std::move(proposal));
    pump();
  });
}

void IsrChanger::submit(const IsrChanges::Key& key, IsrProposal proposal) {
  if (changes_.submit(key, proposal)) return;
  tell({key, std::move(proposal), Error{ErrorCode::kOperationNotAttempted}});
}

void IsrChanger::pump() {
  if (stopped_) return;
  const int64_t now_ms = uses_.loop.now_ms();
  if (auto request = changes_.take_request(uses_.broker_epoch(), now_ms)) return send(*std::move(request));
  const std::optional<int64_t> next_ms = changes_.next_attempt_ms();
  if (!next_ms || timer_ != TimerId::kNone) return;
  timer_ = uses_.loop.call_at(*next_ms, [this] {
    timer_ = TimerId::kNone;
    pump();
  });
}

void IsrChanger::send(AlterPartitionRequest request) {
  ControllerRequest out;
  out.key = AlterPartitionRequest::kKey;
  out.version_min = AlterPartitionRequest::kVersionMin;
  out.version_max = AlterPartitionRequest::kVersionMax;
  out.encode = [request = std::move(request)](int16_t version, Bytes& bytes) {
    protocol::Writer writer(bytes);
    request.write(writer, version);
  };
  uses_.controller.send(std::move(out), [this](Result<PeerAnswer, ControllerFailure> answer) {
    on_answer(std::move(answer));
    pump();
  });
}

void IsrChanger::on_answer(Result<PeerAnswer, ControllerFailure> answer) {
  const int64_t now_ms = uses_.loop.now_ms();
  if (!answer) return changes_.on_failure(now_ms);
  protocol::Reader reader(answer->body);
  AlterPartitionResponse response;
  response.read(reader, answer->version);
  if (!reader.ok()) return changes_.on_failure(now_ms);
  IsrChanges::Answered answered = changes_.on_response(response, now_ms);
  if (answered.error != ErrorCode::kNone) {
    LOG_WARN_LIMITED("[Broker id={}] the controller has refused to alter in-sync replicas: {}",
                     uses_.self.value, protocol::name_of(answered.error));
  }
  for (const IsrChanges::Ended& ended : answered.ended) tell(ended);
}

// A partition may propose again from within, which comes as a message.
void IsrChanger::tell(const IsrChanges::Ended& ended) {
  const auto partition = uses_.partitions.find(ended.key.topic_id, ended.key.partition);
  if (partition != nullptr) partition->on_isr_answer(ended.proposal, ended.answer);
}

}  // namespace klamm::broker
