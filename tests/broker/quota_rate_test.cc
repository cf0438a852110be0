// What quotas are measured with.
#include "tests/testing.h"

#include "broker/quota/quota_sensors.h"
#include "broker/quota/sensor_table.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

constexpr int64_t kExpiryMs = 11'000;  // of Kafka's default windows

struct Rate {
  WindowedRate rate{QuotaWindows{}};
};

using Table = SensorTable<int, RateSensor>;

}  // namespace

TEST_CASE_METHOD(Rate, "a rate is averaged over ten whole samples at least, from the first record on") {
  rate.record(1000, 0);
  REQUIRE(rate.rate(0) == 100);
  REQUIRE(rate.rate(5'000) == 100);
  REQUIRE(rate.span_ms(10'500) == 10'500);
}

TEST_CASE_METHOD(Rate, "what lies before all samples counts no more") {
  rate.record(1000, 0);
  REQUIRE_FALSE(rate.is_idle(kExpiryMs - 1));
  REQUIRE(rate.rate(kExpiryMs - 1) > 0);
  REQUIRE(rate.is_idle(kExpiryMs));
  REQUIRE(rate.rate(kExpiryMs) == 0);
}

TEST_CASE_METHOD(Rate, "a sample counts until its last record is too long ago") {
  rate.record(1000, 0);
  rate.record(1000, 999);
  REQUIRE(rate.rate(kExpiryMs) > 0);
  REQUIRE(rate.rate(kExpiryMs + 999) == 0);
}

TEST_CASE_METHOD(Rate, "a sample that comes round again begins anew") {
  for (int64_t second = 0; second < 30; ++second) rate.record(100, second * 1000);
  const double sum = rate.rate(29'000) * static_cast<double>(rate.span_ms(29'000)) / 1000;
  REQUIRE(sum > 1050);
  REQUIRE(sum < 1250);
}

TEST_CASE_METHOD(Rate, "who is above the limit waits for as long as Kafka reckons") {
  rate.record(2000, 0);
  REQUIRE(rate.wait_ms(200, 0) == 0);
  REQUIRE(rate.wait_ms(100, 0) == 10'000);
  REQUIRE(rate.wait_ms(1e-9, 0) == INT32_MAX);
}

TEST_CASE_METHOD(Rate, "time that steps back by a little does no harm") {
  rate.record(1000, 5'000);
  rate.record(1000, 4'990);
  REQUIRE(rate.rate(4'990) == 200);
}

TEST_CASE("windows that nobody can reckon with are brought down") {
  const QuotaWindows windows = QuotaWindows::of(INT32_MAX, INT32_MAX);
  REQUIRE(windows.expiry_ms() > windows.whole_ms());
  REQUIRE(windows.whole_ms() > 0);
  REQUIRE(QuotaWindows::of(2, 3).expiry_ms() == 6'000);
}

TEST_CASE("tokens fill up by the limit, and may be taken in advance") {
  QuotaTokens tokens{QuotaWindows{}};
  REQUIRE(tokens.left(10, 0) == 110);
  tokens.take(120, 10, 0);
  REQUIRE(tokens.left(10, 0) == -10);
  REQUIRE(tokens.wait_ms(10, 0) == 1000);
  REQUIRE(tokens.wait_ms(10, 1000) == 0);
  REQUIRE_FALSE(tokens.is_idle(11'999));
  REQUIRE(tokens.is_idle(12'000));
  REQUIRE(tokens.left(10, 90'000) == 110);
}

TEST_CASE("what is not granted is not counted") {
  RateSensor sensor{QuotaWindows{}};
  REQUIRE(sensor.ask(900, 100, 0).is_granted);
  const auto refused = sensor.ask(200, 100, 0);
  REQUIRE_FALSE(refused.is_granted);
  REQUIRE(refused.wait_ms == 1000);
  REQUIRE(sensor.ask(100, 100, 0).is_granted);
}

TEST_CASE("who asks for more than may ever be granted is given it once, and waits afterwards") {
  RateSensor sensor{QuotaWindows{}};
  const auto first = sensor.ask(5000, 100, 0);
  REQUIRE(first.is_granted);
  REQUIRE(first.wait_ms == 40'000);
  REQUIRE_FALSE(sensor.ask(5000, 100, kExpiryMs - 1).is_granted);
  REQUIRE(sensor.ask(5000, 100, kExpiryMs).is_granted);
}

TEST_CASE("a strict sensor refuses while something is overdrawn, another takes it and says for how long") {
  TokenSensor strict{QuotaWindows{}}, permissive{QuotaWindows{}};
  REQUIRE(strict.take(20, 1, true, 0) == 0);
  REQUIRE(strict.take(1, 1, true, 0) == 9000);
  REQUIRE(strict.take(1, 1, true, 9000) == 0);
  REQUIRE(permissive.take(20, 1, false, 0) == 9000);
  REQUIRE(permissive.take(1, 1, false, 0) == 10'000);
}

TEST_CASE("a sensor is the same for all who ask for it, while anybody uses it") {
  Table table(QuotaWindows{});
  const auto first = table.of(1, 0).sensor;
  REQUIRE(table.of(1, 0).sensor == first);
  REQUIRE(table.of(2, 0).sensor != first);
  REQUIRE(table.size() == 2);
}

TEST_CASE("those for whom there is no room share a sensor until others are let go") {
  Table table(QuotaWindows{}, 2);
  auto busy = table.of(1, 0).sensor;
  auto held = table.of(2, 0).sensor;
  busy->record(1, 0);
  REQUIRE(table.of(3, 0).is_shared);
  REQUIRE(table.of(3, 0).sensor == table.of(4, 0).sensor);
  busy.reset();
  REQUIRE(table.of(3, kExpiryMs - 1).is_shared);
  REQUIRE_FALSE(table.of(3, 2 * kExpiryMs).is_shared);
  REQUIRE(table.of(2, 2 * kExpiryMs).sensor == held);
}

TEST_CASE("names that are invented leave nothing behind") {
  Table table(QuotaWindows{});
  for (int name = 0; name < 100'000; ++name) table.of(name, name * int64_t{100});
  REQUIRE(table.size() < 1000);
}
