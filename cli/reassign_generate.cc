#include "cli/reassign_generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "cli/text.h"

namespace klamm::cli {
namespace {

using Rack = std::vector<int32_t>;

void shuffle(auto& items, Random& random) {
  for (size_t left = items.size(); left > 1; --left) std::swap(items[left - 1], items[random.below(left)]);
}

// Racks are dealt from in turn, and the brokers of a rack in turn: each partition begins at the next rack,
// and, when all racks have begun, in each rack at the next broker.
class Dealer {
 public:
  Dealer(std::vector<Rack> racks, Random& random) : racks_(std::move(racks)) {
    shuffle(racks_, random);
    for (Rack& rack : racks_) shuffle(rack, random);
  }

  // There are as many brokers.
  std::vector<int32_t> deal(size_t count) {
    std::vector<int32_t> replicas;
    if (count == 0) return replicas;
    std::vector<size_t> dealt(racks_.size());
    for (size_t at = partition_ % racks_.size(); replicas.size() < count; at = (at + 1) % racks_.size()) {
      const Rack& rack = racks_[at];
      if (dealt[at] == rack.size()) continue;
      const size_t begin = partition_ / racks_.size();
      replicas.push_back(rack[(begin + dealt[at]++) % rack.size()]);
    }
    ++partition_;
    return replicas;
  }

 private:
  std::vector<Rack> racks_;
  size_t partition_ = 0;
};

}  // namespace

Attempt<std::vector<int32_t>> parse_broker_list(const std::string& text) {
  std::vector<int32_t> ids;
  std::set<int32_t> twice;
  for (const std::string_view piece : split(text, ',')) {
    const auto id = parse_int(piece);
    if (!id) return failed(fmt::format("For input string: \"{}\"", piece));
    if (std::ranges::find(ids, *id) != ids.end()) twice.insert(*id);
    ids.push_back(*id);
  }
  if (twice.empty()) return ids;
  return failed(fmt::format("Broker list contains duplicate entries: [{}]",
                            joined_numbers({twice.begin(), twice.end()}, ", ")));
}

Attempt<std::vector<Node>> usable_brokers(Client& client, const std::vector<int32_t>& ids, bool by_racks) {
  auto nodes = client.retried("listNodes", [&](const Deadline& deadline) { return client.nodes(deadline); });
  if (!nodes) return Error{nodes.error()};
  std::vector<Node> usable;
  for (const Node& node : *nodes) {
    if (std::ranges::find(ids, node.id) != ids.end()) usable.push_back(node);
  }
  const auto racks = std::ranges::count_if(usable, [](const Node& node) { return node.rack.has_value(); });
  if (by_racks && racks != 0 && static_cast<size_t>(racks) != usable.size()) {
    return failed(
        "Not all brokers have rack information. Add --disable-rack-aware in command line to make replica "
        "assignment without rack information.");
  }
  return usable;
}

Attempt<PartitionReplicas> place_anew(const PartitionReplicas& current, const std::vector<Node>& brokers,
                                      bool by_racks, Random& random) {
  std::map<std::string, Rack> by_name;
  for (const Node& node : brokers) {
    by_name[by_racks ? node.rack.value_or("") : std::string()].push_back(node.id);
  }
  std::vector<Rack> racks;
  for (auto& [name, rack] : by_name) racks.push_back(std::move(rack));
  PartitionReplicas placed;
  std::map<std::string, Dealer> dealers;
  for (const auto& [partition, replicas] : current) {
    if (replicas.size() > brokers.size()) {
      return failed(fmt::format("The target replication factor of {} cannot be reached because only {} "
                                "broker(s) are registered.",
                                replicas.size(), brokers.size()));
    }
    auto dealer = dealers.find(partition.topic);
    if (dealer == dealers.end()) dealer = dealers.emplace(partition.topic, Dealer(racks, random)).first;
    placed[partition] = dealer->second.deal(replicas.size());
  }
  return placed;
}

}  // namespace klamm::cli
