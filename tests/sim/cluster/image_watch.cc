#include "tests/sim/cluster/image_watch.h"

#include <algorithm>
#include <charconv>

#include "tests/sim/cluster/admin.h"
#include "tests/sim/cluster/cluster.h"

namespace klamm::sim::cluster {
namespace {

using broker::PartitionImage;

constexpr size_t kImagesKept = 300;

bool contains(const std::vector<NodeId>& nodes, NodeId id) {
  return std::ranges::find(nodes, id) != nodes.end();
}

std::string list(const std::vector<NodeId>& nodes) {
  std::string text;
  for (const NodeId id : nodes) text += (text.empty() ? "" : ",") + std::to_string(id.value);
  return "[" + text + "]";
}

// The min.insync.replicas that holds.
size_t isr_min_of(const broker::ClusterImage& image, const broker::TopicImage& topic,
                  const PartitionImage& state) {
  using broker::ConfigResourceType;
  const std::string* text =
      image.configs().find(ConfigResourceType::kTopic, topic.name, "min.insync.replicas");
  if (text == nullptr) text = image.configs().find(ConfigResourceType::kBroker, "", "min.insync.replicas");
  size_t value = 1;
  if (text != nullptr) std::from_chars(text->data(), text->data() + text->size(), value);
  return std::min(value, state.replicas.size());
}

}  // namespace

void ImageWatch::on_image(int32_t node, const broker::ClusterImage& before,
                          const broker::ClusterImage& after) {
  const int64_t offset = after.last_applied().offset.value;
  int64_t& applied = applied_.try_emplace(node, -1).first->second;
  if (offset < applied) {
    return world_.fail(
        fmt::format("node {} published offset {} of the metadata, and then {}", node, applied, offset));
  }
  applied = offset;
  if (const int32_t epoch = after.last_applied().epoch.value; epoch > controller_epoch_) {
    controller_epoch_ = epoch;
    ++counters_.controller_terms;
  }
  const broker::ImageDelta delta = broker::difference(before, after);
  for (const auto& change : delta.partitions) {
    if (change.after != nullptr) check_partition(node, change);
  }
  for (const auto& change : delta.brokers) {
    if (change.after == nullptr) continue;
    if (change.before != nullptr && change.after->epoch < change.before->epoch)
      return world_.fail(fmt::format("node {}: broker {} went from epoch {} to {}", node,
                                     change.after->id.value, change.before->epoch, change.after->epoch));
    if (change.before != nullptr && change.after->fenced && !change.before->fenced && node == 1)
      ++counters_.fencings;
  }
  if (!delta.partitions.empty() || !delta.brokers.empty() || !delta.configs.empty())
    check_in_sync(node, after);
  compare(node, after);
}

int32_t ImageWatch::leader_epoch(const std::string& topic, int32_t index) const {
  const auto found = leader_epochs_.find({topic, index});
  return found == leader_epochs_.end() ? -1 : found->second;
}

// With ELR even the last one leaves the ISR when it is fenced. Who is eligible is so because nothing is
// committed without him, which is over when enough are in sync (KAFKA-16540).
void ImageWatch::check_in_sync(int32_t node, const broker::ClusterImage& image) {
  if (!image.features().elr_enabled()) return;
  for (const auto& [id, topic] : image.topics().by_id()) {
    for (const auto& [index, state] : topic.partitions) {
      for (const NodeId member : state.isr) {
        const broker::BrokerImage* broker = image.brokers().find(member);
        if (broker != nullptr && !broker->fenced) continue;
        return world_.fail(fmt::format("{}-{} as node {} has it: {} is in sync and fenced", topic.name, index,
                                       node, member.value));
      }
      if (!state.elr.empty() && state.isr.size() >= isr_min_of(image, topic, state))
        return world_.fail(fmt::format("{}-{} as node {} has it: in sync are {}, and {} are eligible",
                                       topic.name, index, node, list(state.isr), list(state.elr)));
    }
  }
}

void ImageWatch::check_partition(int32_t node, const broker::PartitionDelta& delta) {
  const PartitionImage& state = *delta.after;
  const std::string where = fmt::format("{}-{} as node {} has it", delta.topic->name, delta.index, node);
  check_lists(where, state);
  if (delta.before != nullptr && (state.leader_epoch < delta.before->leader_epoch ||
                                  state.partition_epoch < delta.before->partition_epoch))
    return world_.fail(where + ": an epoch went back");
  const Place place{delta.topic->id, delta.index};
  if (state.has_leader()) {
    const auto [leader, is_new] = leaders_.try_emplace({place, state.leader_epoch.value}, state.leader);
    if (leader->second != state.leader) {
      return world_.fail(fmt::format("{}: leader epoch {} has two leaders, {} and {}", where,
                                     state.leader_epoch.value, leader->second.value, state.leader.value));
    }
  }
  int32_t& latest = leader_epochs_.try_emplace({delta.topic->name, delta.index}, -1).first->second;
  latest = std::max(latest, state.leader_epoch.value);
  Seen& seen = newest_[place];
  if (state.partition_epoch.value <= seen.partition_epoch) {
    if (state.partition_epoch.value == seen.partition_epoch && state != seen.state)
      world_.fail(where + ": one partition epoch, two states");
    return;
  }
  const bool is_next = seen.partition_epoch >= 0 && state.partition_epoch.value == seen.partition_epoch + 1;
  const std::string& topic = delta.topic->name;
  const bool may_be_unclean = topic.ends_with(kUncleanSuffix) || (may_be_unclean_ && comes_and_goes(topic));
  if (is_next && !may_be_unclean) check_election(where, seen.state, state);
  if (seen.partition_epoch >= 0) note_change(where, seen.state, state);
  seen = {state.leader_epoch.value, state.partition_epoch.value, state};
}

void ImageWatch::check_lists(const std::string& where, const PartitionImage& state) {
  for (const NodeId id : state.isr) {
    if (!state.has_replica(id)) return world_.fail(where + ": in sync and no replica: " + list(state.isr));
  }
  for (const NodeId id : state.elr) {
    if (!state.has_replica(id)) return world_.fail(where + ": eligible and no replica: " + list(state.elr));
    if (state.in_isr(id)) return world_.fail(where + ": in sync and eligible: " + list(state.elr));
  }
  if (state.has_leader() && !state.in_isr(state.leader)) {
    world_.fail(fmt::format("{}: leader {} is not in sync: {}", where, state.leader.value, list(state.isr)));
  }
}

// Nobody has allowed unclean elections of this topic. The last who led may lead again when the last who was
// eligible is not any more, which one change may say together.
void ImageWatch::check_election(const std::string& where, const PartitionImage& before,
                                const PartitionImage& after) {
  if (!after.has_leader() || after.leader == before.leader || before.in_isr(after.leader)) return;
  if (contains(before.elr, after.leader)) return;
  if (contains(before.last_known_elr, after.leader)) return;
  // A move ends with the ISR that holds who is added, and may lead with the same change.
  const bool ends_a_move = !before.adding_replicas.empty() && after.adding_replicas.empty();
  const bool is_clean = after.leader_recovery_state == broker::LeaderRecoveryState::kRecovered;
  if (ends_a_move && is_clean && contains(before.adding_replicas, after.leader)) return;
  world_.fail(fmt::format("{}: {} is elected; in sync were {}, eligible {}, and {} led last", where,
                          after.leader.value, list(before.isr), list(before.elr),
                          list(before.last_known_elr)));
}

void ImageWatch::note_change(const std::string& where, const PartitionImage& before,
                             const PartitionImage& after) {
  world_.note("{}: leader {} of epoch {}, isr {}, elr {}, partition epoch {}", where, after.leader.value,
              after.leader_epoch.value, list(after.isr), list(after.elr), after.partition_epoch.value);
  if (after.has_leader() && after.leader != before.leader) {
    ++counters_.leader_elections;
    if (contains(before.elr, after.leader)) ++counters_.elections_from_elr;
  }
  if (after.isr.size() < before.isr.size()) ++counters_.isr_shrinks;
  if (after.isr.size() > before.isr.size()) ++counters_.isr_expansions;
}

void ImageWatch::compare(int32_t node, const broker::ClusterImage& image) {
  const int64_t offset = image.last_applied().offset.value;
  const auto [kept, is_new] = by_offset_.try_emplace(offset, image);
  if (!is_new) {
    ++counters_.images_compared;
    if (!same_content(kept->second, image) || kept->second.last_applied().epoch != image.last_applied().epoch)
      world_.fail(
          fmt::format("node {} has another state of the metadata at offset {} than others", node, offset));
  }
  if (by_offset_.size() > kImagesKept) by_offset_.erase(by_offset_.begin());
}

}  // namespace klamm::sim::cluster
