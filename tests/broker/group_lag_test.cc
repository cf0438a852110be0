#include "tests/testing.h"

#include "broker/group/lag.h"

namespace klamm::broker::group {

TEST_CASE("lag is what can still be read behind the committed offset", "[offsets]") {
  const std::vector<Offsets::Committed> committed{{"f", "logs", 0, Offset{10}},
                                                  {"f", "orders", 0, Offset{3}},
                                                  {"f", "orders", 1, Offset{90}},
                                                  {"g", "gone", 0, Offset{1}},
                                                  {"g", "orders", 0, Offset{20}}};
  const auto lags = lag_of(committed, [](std::string_view topic, int32_t) -> std::optional<ReadableRange> {
    if (topic == "gone") return std::nullopt;
    if (topic == "logs") return ReadableRange{Offset{0}, Offset{14}};
    return ReadableRange{Offset{5}, Offset{20}};
  });
  REQUIRE(lags == std::vector<GroupLag>{{"f", {{"logs", 0, 4}, {"orders", 0, 15}, {"orders", 1, 0}}, 19},
                                        {"g", {{"orders", 0, 0}}, 0}});
}

TEST_CASE("a group of which no partition is known has no lag to tell", "[offsets]") {
  const auto lags = lag_of({{"g", "gone", 0, Offset{1}}},
                           [](std::string_view, int32_t) -> std::optional<ReadableRange> { return {}; });
  REQUIRE(lags.empty());
}

}  // namespace klamm::broker::group
