#include "tests/testing.h"

#include <vector>

#include "bench/load/share.h"

using namespace klamm::bench;

namespace {

using Partitions = std::vector<int32_t>;

// Each leader is at a port of its own.
Topic topic_of(const std::vector<Partitions>& by_leader) {
  Topic topic{"orders", {}, 0, {}};
  int port = 1;
  for (const Partitions& partitions : by_leader) {
    topic.leaders.push_back({{"h", std::to_string(port++)}, partitions});
    topic.partitions += static_cast<int32_t>(partitions.size());
  }
  return topic;
}

Share share_of(size_t count) {
  Share share;
  for (size_t i = 0; i < count; ++i) share.partitions.push_back(static_cast<int32_t>(i));
  return share;
}

Options asked(int32_t request_records, int32_t request_partitions = 0) {
  Options options;
  options.request_records = request_records;
  options.request_partitions = request_partitions;
  return options;
}

}  // namespace

TEST_CASE("each partition belongs to one connection") {
  const auto shares = shares_of(topic_of({{0, 1, 2, 3, 4, 5, 6}}), 3);
  REQUIRE(shares.size() == 3);
  REQUIRE(shares[0].partitions == Partitions{0, 3, 6});
  REQUIRE(shares[1].partitions == Partitions{1, 4});
  REQUIRE(shares[2].partitions == Partitions{2, 5});
}

TEST_CASE("partitions are written to their leaders") {
  const auto shares = shares_of(topic_of({{0, 3}, {1, 4}, {2}}), 1);
  REQUIRE(shares.size() == 3);
  REQUIRE(shares[1].address.port == "2");
  REQUIRE(shares[1].partitions == Partitions{1, 4});
  REQUIRE(shares[2].address.port == "3");
  REQUIRE(shares[2].partitions == Partitions{2});
}

// Such a connection would have sent requests without a record, as fast as it could whatever the rate.
TEST_CASE("a leader of fewer partitions than connections has as many as partitions") {
  const auto shares = shares_of(topic_of({{0, 1, 2}, {3}}), 2);
  REQUIRE(shares.size() == 3);
  REQUIRE(shares[2].address.port == "2");
  REQUIRE(shares[2].partitions == Partitions{3});
}

TEST_CASE("every partition has the same part of the rate") {
  const Topic topic = topic_of({{0, 1, 2}, {3}});
  Options options;
  options.rate = 1000;
  const auto shares = shares_of(topic, 1);
  REQUIRE(rate_of(options, topic, shares[0]) == 750);
  REQUIRE(rate_of(options, topic, shares[1]) == 250);
  options.rate = 0;
  REQUIRE(rate_of(options, topic, shares[0]) == 0);
}

TEST_CASE("a request's records are shared by the partitions that it is for") {
  REQUIRE(batch_records(asked(96), share_of(1)) == 96);
  REQUIRE(batch_records(asked(96), share_of(12)) == 8);
  REQUIRE(batch_records(asked(5), share_of(12)) == 1);
  REQUIRE(batch_records(asked(96, 4), share_of(12)) == 24);
  REQUIRE(batch_records(asked(96, 40), share_of(12)) == 8);
}

TEST_CASE("requests of a few partitions each come to all of them in turn") {
  REQUIRE(requests_of(asked(1), share_of(5)) == std::vector<Partitions>{{0, 1, 2, 3, 4}});
  REQUIRE(requests_of(asked(1, 2), share_of(5)) == std::vector<Partitions>{{0, 1}, {2, 3}, {4}});
  REQUIRE(requests_of(asked(1, 9), share_of(2)) == std::vector<Partitions>{{0, 1}});
}
