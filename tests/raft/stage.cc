#include "tests/raft/stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/check.h"
#include "tests/raft/describe.h"
#include "tests/raft/replica.h"

namespace klamm::raft {
namespace {

constexpr int kIncarnationShift = 32;
constexpr int kDeliveriesMax = 1000;

NodeId node_of(const std::string& name) { return {static_cast<int32_t>(std::stoi(name))}; }

// Draws always the same, and less than the nodes after it: node 1 loses its patience first.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(NodeId id) : drawn_(static_cast<uint64_t>(id.value - 1) * 100) {}
  uint64_t next() override { return drawn_; }

 private:
  uint64_t drawn_;
};

// "1-2"
std::pair<NodeId, NodeId> way_of(const std::string& name) {
  return {node_of(name.substr(0, name.find('-'))), node_of(name.substr(name.find('-') + 1))};
}

}  // namespace

Stage::Words Stage::read(std::string_view command) {
  std::istringstream stream{std::string(command)};
  Words words;
  stream >> words.verb;
  for (std::string word; stream >> word;) {
    if (size_t equals = word.find('='); equals != std::string::npos) {
      words.values[word.substr(0, equals)] = std::stoll(word.substr(equals + 1));
    } else {
      words.names.push_back(word);
    }
  }
  return words;
}

std::string Stage::play(std::string_view command) {
  constexpr std::string_view kQuietly = "quietly ";
  if (command.starts_with(kQuietly)) {
    play(command.substr(kQuietly.size()));
    return "ok\n";
  }
  said_.clear();
  Words words = read(command);
  const std::string& verb = words.verb;
  auto each = [&](auto act) {
    for (const std::string& name : words.names) act(node_of(name), actors_[node_of(name)]);
  };
  auto each_up = [&](auto act) {
    each([&](NodeId id, Actor& actor) {
      CHECK(actor.raft);
      act(*actor.raft);
      perform(id);
    });
  };
  if (verb == "start") {
    each([&](NodeId id, Actor&) { start(id); });
  } else if (verb == "at") {
    now_ = std::stoll(words.names.front());
    words.names.erase(words.names.begin());
    if (words.names.empty()) {
      for (auto& [id, actor] : actors_)
        if (actor.raft) words.names.push_back(std::to_string(id.value));
    }
    each_up([&](Raft& raft) { raft.tick(now_); });
  } else if (verb == "deliver" && words.names.empty()) {
    deliver_all();
  } else if (verb == "deliver") {
    for (const std::string& way : words.names) deliver(way_of(way).first, way_of(way).second);
  } else if (verb == "lose") {
    std::erase_if(under_way_, [&](const Message& message) {
      return std::pair(message.from, message.to) == way_of(words.names.at(0));
    });
  } else if (verb == "cut") {
    for (const std::string& way : words.names) cuts_.push_back(way_of(way));
  } else if (verb == "heal") {
    cuts_.clear();
  } else if (verb == "append") {
    each_up([&](Raft& raft) { append(raft, static_cast<int32_t>(words.values["count"])); });
  } else if (verb == "slow-disk") {
    each([](NodeId, Actor& actor) { actor.slow_disk = true; });
  } else if (verb == "sync") {
    each([&](NodeId id, Actor&) { sync(id); });
  } else if (verb == "resign") {
    each_up([&](Raft& raft) { raft.resign(raft.epoch(), now_); });
  } else if (verb == "shutdown") {
    each_up([&](Raft& raft) { raft.begin_shutdown(now_); });
  } else if (verb == "kill" || verb == "lose-power") {
    each([&](NodeId, Actor& actor) {
      actor.raft.reset();
      FixedRandom nothing_survives({1});
      if (verb == "lose-power") actor.log.lose_power(nothing_survives);
    });
  } else if (verb == "hang-up") {
    auto [id, peer] = way_of(words.names.at(0));
    actors_[id].raft->disconnected(peer, now_);
    perform(id);
  } else if (verb == "show") {
    show();
  } else {
    prepare(words);
  }
  return said_.empty() ? "ok\n" : said_;
}

// Commands for before the start.
void Stage::prepare(const Words& words) {
  auto value = [&](const char* key, int64_t otherwise) {
    auto found = words.values.find(key);
    return static_cast<int32_t>(found == words.values.end() ? otherwise : found->second);
  };
  if (words.verb == "voters") {
    std::vector<NodeId> ids;
    for (const std::string& name : words.names) ids.push_back(node_of(name));
    voters_ = Voters::of_ids(ids);
    return;
  }
  Actor& actor = actors_[node_of(words.names.at(0))];
  if (words.verb == "remember") {
    actor.remembered = {
        .epoch = {value("epoch", 0)}, .leader = {value("leader", -1)}, .voted = {{value("vote", -1)}, {}}};
  } else if (words.verb == "records") {
    for (int32_t i = 0; i < value("count", 1); ++i) {
      actor.log.append(Replica::batch(actor.log.end().offset.value, {value("epoch", 0)}));
    }
    actor.log.sync(actor.log.end().offset);
  } else if (words.verb == "snapshot") {
    LogPoint end = actor.log.end();
    actor.log.add_snapshot({end, *actor.log.chain_at(end.offset), 100});
  } else if (words.verb == "trim") {
    actor.log.move_start(actor.log.latest_snapshot()->offset);
  } else {
    said_ += "unknown command: " + words.verb + "\n";
  }
}

void Stage::append(Raft& raft, int32_t count) {
  auto bytes = std::make_shared<Bytes>(8);
  auto result = raft.append(raft.epoch(), {{count, {bytes, *bytes}}}, now_);
  if (!result.ok()) say(raft.self().id, std::string(protocol::name_of(result.error())));
}

void Stage::start(NodeId id) {
  Actor& actor = actors_[id];
  actor.log.recover();
  actor.sync.reset();
  ++actor.lives;
  actor.random = std::make_unique<FixedRandom>(id);
  config_.cluster_id = "stage";
  config_.first_election_timeout_ms = config_.election_timeout_ms;  // scripts say who stands first
  ReplicaKey self{id, Uuid::of(7, static_cast<uint64_t>(id.value))};
  actor.raft =
      std::make_unique<Raft>(config_, self, voters_, actor.log, actor.remembered, *actor.random, now_);
  perform(id);
}

void Stage::perform(NodeId id) {
  Actor& actor = actors_[id];
  while (true) {
    Output output = actor.raft->take_output();
    if (output.empty()) return;
    for (const std::string& line : describe(output)) say(id, line);
    if (output.quorum_state) actor.remembered = *output.quorum_state;
    perform_log_parts(id, actor, output);
    for (Message& message : output.messages) {
      if (std::holds_alternative<Response>(message.body)) {
        fill(actor, message);
      } else {
        message.correlation |= actor.lives << kIncarnationShift;
      }
      under_way_.push_back(std::move(message));
    }
    if (output.high_watermark && *output.high_watermark <= actor.log.end().offset) {
      actor.raft->applied(*output.high_watermark);
    }
    if (output.install_snapshot) {
      actor.log.install(sim::snapshot_from_bytes(*output.install_snapshot, actor.download).value());
      actor.raft->installed(*output.install_snapshot, true, now_);
    }
    if (!actor.slow_disk) sync(id);
  }
}

void Stage::perform_log_parts(NodeId, Actor& actor, const Output& output) {
  if (output.truncate_to) actor.log.truncate(*output.truncate_to);
  if (output.snapshot_chunk) {
    actor.download.resize(static_cast<size_t>(output.snapshot_chunk->position));
    ByteView bytes = output.snapshot_chunk->bytes.bytes;
    actor.download.insert(actor.download.end(), bytes.begin(), bytes.end());
  }
  for (const Batch& batch : output.append) actor.log.append(batch);
  if (output.sync) actor.sync = output.sync;
}

void Stage::sync(NodeId id) {
  Actor& actor = actors_[id];
  if (!actor.sync) return;
  Sync done = *std::exchange(actor.sync, std::nullopt);
  actor.log.sync(done.end);
  actor.raft->persisted(done, now_);
  perform(id);
}

void Stage::deliver(NodeId from, NodeId to) {
  auto next = [&] {
    return std::find_if(under_way_.begin(), under_way_.end(),
                        [&](const Message& message) { return message.from == from && message.to == to; });
  };
  // What is sent because of it is for the next time.
  int64_t count = std::count_if(under_way_.begin(), under_way_.end(), [&](const Message& message) {
    return message.from == from && message.to == to;
  });
  for (; count > 0; --count) {
    Message message = std::move(*next());
    under_way_.erase(next());
    bool is_cut = std::find(cuts_.begin(), cuts_.end(), std::pair(from, to)) != cuts_.end();
    Actor& actor = actors_[to];
    if (is_cut || !actor.raft) continue;
    if (std::holds_alternative<Response>(message.body)) {
      if (message.correlation >> kIncarnationShift != actor.lives) continue;
      message.correlation &= (int64_t{1} << kIncarnationShift) - 1;
    }
    actor.raft->step(std::move(message), now_);
    perform(to);
  }
}

void Stage::deliver_all() {
  for (int i = 0; !under_way_.empty(); ++i) {
    if (i == kDeliveriesMax) {
      said_ += "still talking\n";
      return;
    }
    deliver(under_way_.front().from, under_way_.front().to);
  }
}

// The driver's part of a response.
void Stage::fill(const Actor& from, Message& message) const {
  Response& response = std::get<Response>(message.body);
  if (auto* fetch = std::get_if<FetchResponse>(&response); fetch && fetch->read) {
    fetch->batches = from.log.read(fetch->read->from, 1000);
  } else if (auto* part = std::get_if<FetchSnapshotResponse>(&response); part && part->read_size > 0) {
    auto bytes = std::make_shared<Bytes>(sim::snapshot_bytes(*from.log.snapshot(part->snapshot)));
    auto position = static_cast<size_t>(part->position);
    part->bytes = {bytes, ByteView(*bytes).subspan(position, static_cast<size_t>(part->read_size))};
  }
}

void Stage::show() {
  for (auto& [id, actor] : actors_) {
    if (!actor.raft) {
      say(id, "down, log up to " + describe(actor.log.end()));
      continue;
    }
    say(id, fmt::format("{} in epoch {}, log {} to {}, hw {}", name_of(actor.raft->role()),
                        actor.raft->epoch().value, actor.log.start().value, describe(actor.log.end()),
                        actor.raft->high_watermark().value));
  }
}

void Stage::say(NodeId id, const std::string& what) { said_ += fmt::format("{}: {}\n", id.value, what); }

}  // namespace klamm::raft
