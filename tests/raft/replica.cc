#include "tests/raft/replica.h"

#include <fmt/format.h>

#include "base/check.h"
#include "tests/raft/describe.h"

namespace klamm::raft {
namespace {

Payload payload_of(uint64_t value) {
  auto bytes = std::make_shared<Bytes>(8);
  store_be64(bytes->data(), value);
  return {bytes, *bytes};
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

Replica::Replica() { config.cluster_id = "klamm-test"; }

Replica& Replica::with_records(Epoch epoch, int count) {
  for (int i = 0; i < count; ++i) log.append(batch(log.end().offset.value, epoch));
  return *this;
}

Replica& Replica::with_snapshot() {
  LogPoint end = log.end();
  log.add_snapshot({{end.epoch, end.offset}, *log.chain_at(end.offset), 100});
  return *this;
}

Batch Replica::batch(int64_t base, Epoch epoch, int32_t count) {
  return {{base},
          count,
          epoch,
          payload_of(static_cast<uint64_t>(base) << 8 | static_cast<uint64_t>(epoch.value))};
}

Raft& Replica::raft() {
  if (!raft_) start();
  return *raft_;
}

void Replica::start() {
  raft_.reset();
  sync_.reset();
  ReplicaKey self{id, Uuid::of(7, static_cast<uint64_t>(id.value))};
  raft_ = std::make_unique<Raft>(config, self, voters, log, remembered, random_, now_);
  perform();
}

void Replica::call(const std::function<void(Raft&, int64_t)>& call) {
  call(raft(), now_);
  perform();
}

void Replica::at(int64_t now_ms) {
  raft();
  CHECK(now_ms >= now_);
  now_ = now_ms;
  raft_->tick(now_);
  perform();
}

void Replica::sync() {
  if (!sync_) return;
  Sync sync = *std::exchange(sync_, std::nullopt);
  log.sync(sync.end);
  raft_->persisted(sync, now_);
  perform();
}

void Replica::apply() {
  raft().applied(raft().high_watermark());
  perform();
}

void Replica::perform() {
  while (true) {
    Output output = raft_->take_output();
    if (output.empty()) return;
    for (std::string& line : describe(output)) done_.push_back(std::move(line));
    if (output.quorum_state) remembered = *output.quorum_state;
    if (output.truncate_to) log.truncate(*output.truncate_to);
    for (const Batch& batch : output.append) log.append(batch);
    if (output.sync) sync_ = output.sync;
    for (Message& message : output.messages) {
      if (std::holds_alternative<Request>(message.body)) unanswered_.push_back(message);
      sent_.push_back(std::move(message));
    }
    if (output.install_snapshot) {
      install_ = output.install_snapshot;
      return;
    }
    if (output.high_watermark && applies_at_once) raft_->applied(*output.high_watermark);
    if (syncs_at_once) sync();
  }
}

void Replica::install(bool ok) {
  CHECK(install_);
  if (ok) log.install({*install_, 0, 100});
  raft_->installed(*std::exchange(install_, std::nullopt), ok, now_);
  perform();
}

void Replica::disconnected(NodeId peer) {
  raft().disconnected(peer, now_);
  perform();
}

void Replica::send(Request request, NodeId from, int64_t correlation) {
  raft().step({from, id, correlation, std::move(request)}, now_);
  perform();
}

Response Replica::ask(Request request, NodeId from) {
  int64_t correlation = ++last_ask_;
  send(std::move(request), from, correlation);
  for (const Message& message : sent_) {
    bool is_ours = message.to == from && message.correlation == correlation;
    if (auto* response = std::get_if<Response>(&message.body); response && is_ours) return *response;
  }
  CHECK(false);
  return {};
}

bool Replica::answer(NodeId from, Response response) {
  for (auto last = unanswered_.rbegin(); last != unanswered_.rend(); ++last) {
    if (last->to != from) continue;
    Message message{from, id, last->correlation, std::move(response)};
    unanswered_.erase(std::next(last).base());
    raft().step(std::move(message), now_);
    perform();
    return true;
  }
  return false;
}

ErrorCode Replica::append(int records) {
  auto offset = raft().append(raft().epoch(), {{records, payload_of(99)}}, now_);
  perform();
  return offset.ok() ? ErrorCode::kNone : offset.error();
}

// --- shortcuts ---

void Replica::become_prospective() {
  at(now_ + config.election_timeout_ms);
  CHECK(role() == RoleKind::kProspective);
}

void Replica::become_candidate() {
  become_prospective();
  answer({2}, VoteResponse{.epoch = raft().epoch(), .granted = true});
  CHECK(role() == RoleKind::kCandidate);
}

void Replica::become_leader() {
  become_candidate();
  answer({2}, VoteResponse{.epoch = raft().epoch(), .granted = true});
  CHECK(role() == RoleKind::kLeader);
  done_.clear();
  sent_.clear();
}

void Replica::become_follower(NodeId leader, Epoch epoch) {
  ask(BeginQuorumEpochRequest{.cluster_id = config.cluster_id, .leader = leader, .epoch = epoch}, leader);
  CHECK(role() == RoleKind::kFollower);
  done_.clear();
  sent_.clear();
}

FetchRequest Replica::fetch_of(NodeId from, Offset offset, Epoch last_epoch) const {
  return {.cluster_id = config.cluster_id,
          .replica = {from, Uuid::of(7, static_cast<uint64_t>(from.value))},
          .current_leader_epoch = raft_->epoch(),
          .fetch_offset = offset,
          .last_fetched_epoch = last_epoch,
          .high_watermark = raft_->high_watermark(),
          .max_wait_ms = 500,
          .max_bytes = 1 << 20};
}

FetchResponse Replica::fetched(std::vector<Batch> batches, Offset high_watermark) const {
  return {.leader = raft_->leader(),
          .epoch = raft_->epoch(),
          .high_watermark = high_watermark,
          .log_start = Offset{0},
          .batches = std::move(batches)};
}

std::string Replica::sent(NodeId to) {
  std::vector<std::string> lines;
  for (const Message& message : std::exchange(sent_, {})) {
    if (to != kNoNode && message.to != to) continue;
    auto* request = std::get_if<Request>(&message.body);
    lines.push_back(fmt::format("{}: {}", message.to.value,
                                request ? describe(*request) : describe(std::get<Response>(message.body))));
  }
  return joined(lines);
}

std::string Replica::done() { return joined(std::exchange(done_, {})); }

}  // namespace klamm::raft
