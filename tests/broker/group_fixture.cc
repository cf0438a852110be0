#include "tests/broker/group_fixture.h"

#include "base/check.h"
#include "broker/group/group_records.h"
#include "protocol/messages/consumer_protocol_subscription.h"

namespace klamm::broker::group::testing {

namespace {

std::optional<std::string> owned(const std::optional<std::string_view>& text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}
std::string owned(ByteView bytes) { return std::string(as_text(bytes)); }

}  // namespace

void FakeJournal::write(std::vector<CoordinatorRecord> records, Then then) {
  written_.push_back({std::move(records), std::move(then)});
}

void FakeJournal::end_step(Now now) {
  while (!written_.empty()) {
    std::vector<Written> step = std::exchange(written_, {});
    for (Written& one : step) {
      if (mode == Mode::kRefuse && !one.records.empty()) {
        one.then(refusal, now);
        continue;
      }
      for (CoordinatorRecord& record : one.records) log_.push_back(std::move(record));
      pending_.push_back(std::move(one.then));
    }
    if (mode == Mode::kAtOnce) {
      while (commit_next(now)) {
      }
    }
  }
}

bool FakeJournal::commit_next(Now now) {
  if (pending_.empty()) return false;
  Then then = std::move(pending_.front());
  pending_.pop_front();
  then(ErrorCode::kNone, now);
  return true;
}

void GroupFixture::end_step() {
  journal.end_step(now);
  after_step();
}

void FakeJournal::fail_next(ErrorCode error, Now now) {
  Then then = std::move(pending_.at(0));
  pending_.pop_front();
  then(error, now);
}

Call<Joined> GroupFixture::join(const JoinAs& as) {
  protocol::JoinGroupRequest request;
  request.group_id = as.group;
  request.session_timeout_ms = as.session_timeout_ms;
  request.rebalance_timeout_ms = as.rebalance_timeout_ms;
  request.member_id = as.member_id;
  request.group_instance_id = as.instance_id;
  request.protocol_type = as.protocol_type;
  for (const auto& [name, metadata] : as.protocols) request.protocols.push_back({name, as_bytes(metadata)});
  request.reason = as.reason;
  Call<Joined> call;
  membership.join(request, {as.version, as.client_id, "/127.0.0.1"}, now,
                  [call](const protocol::JoinGroupResponse& response) mutable {
                    Joined joined{static_cast<ErrorCode>(response.error_code),
                                  response.generation_id,
                                  owned(response.protocol_type),
                                  owned(response.protocol_name),
                                  std::string(response.leader),
                                  std::string(response.member_id),
                                  {},
                                  response.skip_assignment};
                    for (const auto& member : response.members) {
                      joined.members[std::string(member.member_id)] = owned(member.metadata);
                    }
                    call.give(std::move(joined));
                  });
  end_step();
  return call;
}

Call<Synced> GroupFixture::sync(const SyncAs& as) {
  protocol::SyncGroupRequest request;
  request.group_id = as.group;
  request.generation_id = as.generation;
  request.member_id = as.member_id;
  request.group_instance_id = as.instance_id;
  request.protocol_type = as.protocol_type;
  request.protocol_name = as.protocol;
  for (const auto& [id, assignment] : as.assignments)
    request.assignments.push_back({id, as_bytes(assignment)});
  Call<Synced> call;
  membership.sync(request, {as.version, "client", "/127.0.0.1"}, now,
                  [call](const protocol::SyncGroupResponse& response) mutable {
                    call.give({static_cast<ErrorCode>(response.error_code), owned(response.protocol_type),
                               owned(response.protocol_name), owned(response.assignment)});
                  });
  end_step();
  return call;
}

ErrorCode GroupFixture::heartbeat(const std::string& member_id, int32_t generation,
                                  std::optional<std::string> instance_id, const std::string& group) {
  protocol::HeartbeatRequest request;
  request.group_id = group;
  request.generation_id = generation;
  request.member_id = member_id;
  request.group_instance_id = instance_id;
  const auto response = membership.heartbeat(request, now);
  end_step();
  return static_cast<ErrorCode>(response.error_code);
}

Call<Left> GroupFixture::leave(const std::vector<Leaver>& leavers, int16_t version,
                               const std::string& group) {
  protocol::LeaveGroupRequest request;
  request.group_id = group;
  if (version < 3) request.member_id = leavers.at(0).member_id;
  for (const Leaver& leaver : leavers) {
    if (version >= 3) request.members.push_back({leaver.member_id, leaver.instance_id, std::nullopt});
  }
  Call<Left> call;
  membership.leave(request, {version, "client", "/127.0.0.1"}, now,
                   [call](const protocol::LeaveGroupResponse& response) mutable {
                     Left left{static_cast<ErrorCode>(response.error_code)};
                     for (const auto& member : response.members) {
                       left.members.emplace_back(member.member_id, static_cast<ErrorCode>(member.error_code));
                     }
                     call.give(std::move(left));
                   });
  end_step();
  return call;
}

void GroupFixture::advance(int64_t ms) {
  const int64_t end_ms = now.monotonic_ms + ms;
  while (deadlines.next_ms() <= end_ms) {
    const int64_t passed_ms = std::max<int64_t>(deadlines.next_ms() - now.monotonic_ms, 0);
    now = {now.monotonic_ms + passed_ms, now.wall_ms + passed_ms};
    membership.on_deadline(*deadlines.take_due(now.monotonic_ms), now);
    end_step();
  }
  now = {end_ms, now.wall_ms + end_ms - now.monotonic_ms};
}

void GroupFixture::end_join(const std::string& group) {
  while (auto at_ms = deadlines.find({DeadlineKind::kJoin, group})) advance(*at_ms - now.monotonic_ms);
}

void GroupFixture::commit_all() {
  while (journal.commit_next(now)) end_step();
}

void GroupFixture::delete_group(const std::string& id) {
  std::vector<CoordinatorRecord> records;
  group(id).append_tombstones(records);
  const CoordinatorRecord tombstone = records.at(0);
  journal.write(std::move(records), [](ErrorCode, Now) {});
  const FakeJournal::Mode mode = std::exchange(journal.mode, FakeJournal::Mode::kLater);
  end_step();
  journal.mode = mode;
  CHECK(membership.load(tombstone.key, tombstone.value, now));
}

std::string GroupFixture::pending_id(const JoinAs& as) {
  CHECK(as.version >= 4);
  auto refused = join(as);
  CHECK(refused->error == ErrorCode::kMemberIdRequired);
  return refused->member_id;
}

Call<Joined> GroupFixture::join_anew(const JoinAs& as) {
  if (as.version < 4 || as.instance_id) return join(as);
  JoinAs known = as;
  known.member_id = pending_id(as);
  return join(known);
}

std::vector<std::string> GroupFixture::stable_group(int count, const JoinAs& as) {
  std::vector<Call<Joined>> calls;
  for (int i = 0; i < count; ++i) calls.push_back(join_anew(as));
  end_join();
  std::vector<std::string> ids;
  for (const auto& call : calls) {
    CHECK(call.answered() && call->error == ErrorCode::kNone);
    call->leader == call->member_id ? void(ids.insert(ids.begin(), call->member_id))
                                    : ids.push_back(call->member_id);
  }
  sync_all(1);
  CHECK(state(as.group) == "Stable");
  return ids;
}

void GroupFixture::sync_all(int32_t generation) {
  SyncAs leader{
      .member_id = *group().leader(), .generation = generation, .protocol = group().protocol_name()};
  std::vector<std::string> others;
  for (const auto& [id, member] : group().members()) {
    leader.assignments[id] = id + "'s part";
    if (id != leader.member_id) others.push_back(id);
  }
  leader.protocol_type = std::string(group().protocol_type());
  sync(leader);
  for (const std::string& id : others) {
    sync({.member_id = id,
          .generation = generation,
          .protocol_type = leader.protocol_type,
          .protocol = leader.protocol});
  }
}

std::string GroupFixture::stable_static(const JoinAs& as) {
  auto call = join(as);
  end_join();
  sync_all(1);
  CHECK(state() == "Stable");
  return call->member_id;
}

ClassicGroup& GroupFixture::group(const std::string& id) {
  Group* found = groups.find(id);
  CHECK(found != nullptr && found->type() == GroupType::kClassic);
  return static_cast<ClassicGroup&>(*found);
}

std::string GroupFixture::state(const std::string& id) {
  return groups.find(id) == nullptr ? "none" : std::string(group(id).state_name());
}

void GroupFixture::load(const std::vector<CoordinatorRecord>& log) {
  for (const CoordinatorRecord& record : log) CHECK(membership.load(record.key, record.value, now));
  membership.on_loaded(now);
  end_step();
}

protocol::GroupMetadataValue GroupFixture::last_record() {
  const CoordinatorRecord& last = journal.log().back();
  return read_group_metadata(last.key, last.value)->value.value();
}

bool GroupFixture::waits(DeadlineKind kind, const std::string& member) const {
  return deadlines.find({kind, "group", member}).has_value();
}

std::string subscription(const std::vector<std::string_view>& topics) {
  Bytes bytes;
  protocol::Writer writer(bytes);
  writer.i16(3);
  protocol::ConsumerProtocolSubscription subscribed;
  subscribed.topics = topics;
  subscribed.write(writer, 3);
  return std::string(as_text(bytes));
}

}  // namespace klamm::broker::group::testing
