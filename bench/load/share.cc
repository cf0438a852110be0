#include "bench/load/share.h"

#include <fmt/format.h>

#include <algorithm>

namespace klamm::bench {
namespace {

size_t partitions_per_request(const Options& options, const Share& share) {
  const size_t all = share.partitions.size();
  return options.request_partitions == 0 ? all
                                         : std::min(all, static_cast<size_t>(options.request_partitions));
}

}  // namespace

std::vector<Share> shares_of(const Topic& topic, int32_t connections) {
  std::vector<Share> shares;
  for (const Leader& leader : topic.leaders) {
    const size_t count = std::min(leader.partitions.size(), static_cast<size_t>(connections));
    std::vector<Share> mine(count, Share{leader.address, {}});
    for (size_t i = 0; i < leader.partitions.size(); ++i) {
      mine[i % count].partitions.push_back(leader.partitions[i]);
    }
    shares.insert(shares.end(), mine.begin(), mine.end());
  }
  return shares;
}

Share only_share(const Topic& topic) {
  std::vector<Share> shares = shares_of(topic, 1);
  if (shares.size() != 1)
    give_up(fmt::format("{} brokers lead {}: one is wanted", shares.size(), topic.name));
  return shares[0];
}

double rate_of(const Options& options, const Topic& topic, const Share& share) {
  return options.rate * static_cast<double>(share.partitions.size()) / topic.partitions;
}

std::vector<std::vector<int32_t>> requests_of(const Options& options, const Share& share) {
  const size_t together = partitions_per_request(options, share);
  std::vector<std::vector<int32_t>> requests;
  for (size_t i = 0; i < share.partitions.size(); ++i) {
    if (i % together == 0) requests.emplace_back();
    requests.back().push_back(share.partitions[i]);
  }
  return requests;
}

int32_t batch_records(const Options& options, const Share& share) {
  auto sharing = static_cast<int32_t>(partitions_per_request(options, share));
  return std::max(options.request_records / sharing, 1);
}

}  // namespace klamm::bench
