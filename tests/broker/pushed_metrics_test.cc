// What clients push: read as OpenTelemetry has it, whatever bytes come, and kept within bounds.
#include "tests/testing.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "broker/metrics/exposition.h"
#include "broker/telemetry/otlp_metrics.h"
#include "broker/telemetry/pushed_metrics.h"
#include "tests/broker/otlp_writer.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// "name{key=value,...} 1.5; ..."; "malformed" behind what was read of what is.
std::string points_of(const std::string& message, size_t* passed_over = nullptr) {
  std::string text;
  size_t others = 0;
  const auto visit = [&](const OtlpPoint& point) {
    if (!text.empty()) text += "; ";
    text += std::string(point.name) + "{";
    const char* comma = "";
    for (const auto& [key, value] : point.attributes)
      text += fmt::format("{}{}={}", std::exchange(comma, ","), key, value);
    text += fmt::format("}} {}{}", point.is_difference ? "+" : "", point.value);
  };
  const bool is_read = read_otlp_metrics(as_bytes(message), visit, others);
  if (passed_over != nullptr) *passed_over = others;
  if (!is_read) text += text.empty() ? "malformed" : "; malformed";
  return text;
}

bool wants_all(std::string_view) { return true; }

struct Pushed {
  explicit Pushed(const PushedMetrics::Limits& limits = {}) : kept(limits) {}

  bool push(const Uuid& client, const std::string& message) {
    return kept.push(client, labels_of(client), as_bytes(message), wants_all);
  }
  static std::string labels_of(const Uuid& client) {
    return metrics::Labels("client_instance_id", client.to_string()).text();
  }
  std::vector<PushedMetrics::Value> all(size_t step = 3) const {
    std::vector<PushedMetrics::Value> values;
    PushedMetrics::Value last;
    while (true) {
      const auto some = kept.some(last, step);
      values.insert(values.end(), some.begin(), some.end());
      if (some.size() < step) return values;
      last = some.back();
    }
  }
  // "name value name value"
  std::string text() const {
    std::string text;
    const char* space = "";
    for (const auto& value : all())
      text += fmt::format("{}{} {}", std::exchange(space, " "), value.name, value.value);
    return text;
  }

  PushedMetrics kept;
};

const OtlpAttributes kRack = {{"rack", "a"}};
const Uuid kOne = Uuid::of(7, 1);
const Uuid kTwo = Uuid::of(7, 2);

std::string message_of_everything() {
  return otlp_of({otlp_gauge("gauge", {otlp_point(1.5, {{"node", "1"}})}),
                  otlp_sum("sum", OtlpSum::kDelta, otlp_point(3))},
                 kRack);
}

}  // namespace

// ---- Reading

TEST_CASE("gauges and sums are read, with what their resource says of them") {
  const OtlpAttributes of_node = {{"node", "1"}};
  const std::string message = otlp_of({otlp_gauge("g", {otlp_point(1.5, of_node), otlp_whole_point(-2)}),
                                       otlp_sum("s", OtlpSum::kDelta, otlp_point(3)),
                                       otlp_sum("c", OtlpSum::kCumulative, otlp_point(4))},
                                      kRack);
  REQUIRE(points_of(message) == "g{rack=a,node=1} 1.5; g{rack=a} -2; s{rack=a} +3; c{rack=a} 4");
}

TEST_CASE("each resource's attributes are its own") {
  const std::string message =
      otlp_of({otlp_gauge("a", {otlp_point(1)})}, {{"r", "1"}}) + otlp_of({otlp_gauge("b", {otlp_point(2)})});
  REQUIRE(points_of(message) == "a{r=1} 1; b{} 2");
}

TEST_CASE("histograms and summaries are passed over, and so is what is not known") {
  const std::string histogram = ProtobufText().bytes(1, "h").bytes(9, "what it has").text();
  const std::string unknown =
      ProtobufText().bytes(1, "u").number(90, 5).fixed32(91, 6).fixed64(92, 7).text();
  const std::string message = otlp_of({histogram, unknown, otlp_gauge("g", {otlp_point(1)})});
  size_t passed_over = 0;
  REQUIRE(points_of(message, &passed_over) == "g{} 1");
  REQUIRE(passed_over == 1);
}

TEST_CASE("a point without a number is none, and nothing at all is no metrics") {
  REQUIRE(points_of(otlp_of({otlp_gauge("g", {"", otlp_point(1)})})) == "g{} 1");
  REQUIRE(points_of("").empty());
}

TEST_CASE("attributes beyond so many are passed over") {
  OtlpAttributes many;
  for (int i = 0; i < 100; ++i) many.emplace_back("k" + std::to_string(i), "v");
  size_t attributes = 0, passed_over = 0;
  const auto visit = [&](const OtlpPoint& point) { attributes = point.attributes.size(); };
  const std::string message = otlp_of({otlp_gauge("g", {otlp_point(1, many)})}, many);
  REQUIRE(read_otlp_metrics(as_bytes(message), visit, passed_over));
  REQUIRE(attributes == kOtlpAttributesMax);
}

TEST_CASE("what ends too early is malformed, wherever it is cut") {
  const std::string message = message_of_everything();
  for (size_t size = 1; size < message.size(); ++size) {
    CAPTURE(size);
    REQUIRE(points_of(message.substr(0, size)).ends_with("malformed"));
  }
}

TEST_CASE("numbers, wires and sizes that cannot be are malformed") {
  REQUIRE(points_of(std::string(1, '\0')) == "malformed");      // field 0
  REQUIRE(points_of("\x0B") == "malformed");                   // a group
  REQUIRE(points_of("\x0F") == "malformed");                   // no wire
  REQUIRE(points_of(std::string(11, '\xFF')) == "malformed");  // a number without an end
  REQUIRE(points_of("\x0A" + std::string(8, '\xFF') + "\x7F") == "malformed");  // longer than all there is
}

TEST_CASE("whatever bytes come are read or refused") {
  SeededRandom random(5);
  const std::string message = message_of_everything();
  for (int i = 0; i < 20'000; ++i) {
    std::string changed = message;
    for (uint64_t changes = 1 + random.below(4); changes > 0; --changes)
      changed[random.below(changed.size())] = static_cast<char>(random.next());
    points_of(changed);
  }
}

// ---- Keeping

TEST_CASE("what is pushed is shown under a name that Prometheus takes") {
  REQUIRE(shown_name_of_pushed("org.apache.kafka.producer.connection.creation.rate") ==
          "kafka_client_producer_connection_creation_rate");
  REQUIRE(shown_name_of_pushed("my-app/latency \xC3\xBC") == "kafka_client_my_app_latency___");
}

TEST_CASE("gauges are what came last, differences add up") {
  Pushed pushed;
  const auto message = [](double gauge, double difference, double sum) {
    return otlp_of({otlp_gauge("g", {otlp_point(gauge)}),
                    otlp_sum("d", OtlpSum::kDelta, otlp_point(difference)),
                    otlp_sum("s", OtlpSum::kCumulative, otlp_point(sum))});
  };
  REQUIRE(pushed.push(kOne, message(1, 10, 100)));
  REQUIRE(pushed.push(kOne, message(2, 20, 200)));
  REQUIRE(pushed.text() == "kafka_client_d 30 kafka_client_g 2 kafka_client_s 200");
  REQUIRE(pushed.kept.dropped() == 0);
}

TEST_CASE("a point's attributes are labels behind the client's own, which they cannot take") {
  Pushed pushed;
  const OtlpAttributes attributes = {{"client_instance_id", "another"}, {"node-id", "1"}, {"9", "x"},
                                     {"node_id", "2"}, {"__name__", "y"}, {"le", "1"}};
  REQUIRE(pushed.push(kOne, otlp_of({otlp_gauge("g", {otlp_point(1, attributes)})})));
  REQUIRE(pushed.all().size() == 1);
  REQUIRE(pushed.all()[0].labels == Pushed::labels_of(kOne) + ",_9=\"x\",node_id=\"1\"");
}

TEST_CASE("attributes in another order are no other series") {
  Pushed pushed;
  const OtlpAttributes one = {{"a", "1"}, {"b", "2"}}, other = {{"b", "2"}, {"a", "1"}};
  REQUIRE(pushed.push(kOne, otlp_of({otlp_gauge("g", {otlp_point(1, one), otlp_point(2, other)})})));
  REQUIRE(pushed.text() == "kafka_client_g 2");
}

TEST_CASE("what is malformed at its end does not count at its beginning") {
  Pushed pushed;
  const std::string message = otlp_of({otlp_gauge("g", {otlp_point(1)})});
  REQUIRE_FALSE(pushed.push(kOne, message + "\x0B"));
  REQUIRE(pushed.all().empty());
}

TEST_CASE("what was not asked for is not kept") {
  Pushed pushed;
  const std::string message =
      otlp_of({otlp_gauge("a.b", {otlp_point(1)}), otlp_gauge("c.d", {otlp_point(2)})});
  const auto wants_one = [](std::string_view name) { return name == "c.d"; };
  REQUIRE(pushed.kept.push(kOne, "", as_bytes(message), wants_one));
  REQUIRE(pushed.text() == "kafka_client_c_d 2");
}

TEST_CASE("a client that is forgotten makes room, and takes its values along") {
  Pushed pushed(PushedMetrics::Limits{.clients = 1});
  const std::string message = otlp_of({otlp_gauge("g", {otlp_point(1)})});
  REQUIRE(pushed.push(kOne, message));
  REQUIRE(pushed.push(kTwo, message));
  REQUIRE(pushed.all().size() == 1);
  REQUIRE(pushed.kept.dropped() == 1);
  pushed.kept.forget(kTwo);
  REQUIRE(pushed.all().size() == 1);
  pushed.kept.forget(kOne);
  REQUIRE(pushed.all().empty());
  REQUIRE(pushed.push(kTwo, message));
  REQUIRE(pushed.all().at(0).labels == Pushed::labels_of(kTwo));
}

TEST_CASE("a client that pushes nothing takes no place") {
  Pushed pushed(PushedMetrics::Limits{.clients = 1});
  REQUIRE(pushed.push(kOne, otlp_of({})));
  REQUIRE(pushed.push(kTwo, otlp_of({otlp_gauge("g", {otlp_point(1)})})));
  REQUIRE(pushed.all().at(0).labels == Pushed::labels_of(kTwo));
}

TEST_CASE("of one push only so many numbers are looked at, whatever becomes of them") {
  Pushed pushed(PushedMetrics::Limits{.of_each = 3, .labels_size = 100, .name_size = 50});
  const std::string much = otlp_point(1, {{"k", std::string(200, 'v')}});
  REQUIRE(pushed.push(kOne, otlp_of({otlp_gauge("g", {much, much, much, otlp_point(1)})})));
  REQUIRE(pushed.all().empty());
  REQUIRE(pushed.kept.dropped() == 4);
  const std::string long_key = otlp_point(1, {{std::string(51, 'k'), "v"}});
  REQUIRE(pushed.push(kOne, otlp_of({otlp_gauge("g", {long_key, long_key, long_key, otlp_point(1)})})));
  REQUIRE(pushed.all().size() == 1);
  REQUIRE(pushed.kept.dropped() == 7);
}

TEST_CASE("each client has only so many values, however often it pushes others") {
  Pushed pushed(PushedMetrics::Limits{.of_each = 5});
  for (int round = 0; round < 10; ++round) {
    std::vector<std::string> metrics;
    for (int i = 0; i < 3; ++i)
      metrics.push_back(otlp_gauge(fmt::format("m{}.{}", round, i), {otlp_point(1)}));
    REQUIRE(pushed.push(kOne, otlp_of(metrics)));
  }
  REQUIRE(pushed.all().size() == 5);
  REQUIRE(pushed.kept.dropped() == 25);
}

TEST_CASE("names and labels that are too long, and too much of them, are dropped") {
  Pushed pushed(PushedMetrics::Limits{.bytes = 300, .labels_size = 100, .name_size = 50});
  REQUIRE(pushed.push(kOne, otlp_of({otlp_gauge(std::string(51, 'n'), {otlp_point(1)}),
                                     otlp_gauge("l", {otlp_point(1, {{"k", std::string(200, 'v')}})})})));
  REQUIRE(pushed.all().empty());
  REQUIRE(pushed.kept.dropped() == 2);
  std::vector<std::string> metrics;
  for (int i = 0; i < 100; ++i) metrics.push_back(otlp_gauge(std::to_string(i), {otlp_point(1)}));
  REQUIRE(pushed.push(kOne, otlp_of(metrics)));
  size_t bytes = 0;
  for (const auto& value : pushed.all()) bytes += value.name.size() + value.labels.size();
  REQUIRE((bytes > 200 && bytes <= 300));
}

TEST_CASE("a value that another client has under the same name and labels stays that one's") {
  Pushed pushed;
  REQUIRE(pushed.kept.push(kOne, "", as_bytes(otlp_of({otlp_gauge("g", {otlp_point(1)})})), wants_all));
  REQUIRE(pushed.kept.push(kTwo, "", as_bytes(otlp_of({otlp_gauge("g", {otlp_point(2)})})), wants_all));
  REQUIRE(pushed.text() == "kafka_client_g 1");
  REQUIRE(pushed.kept.dropped() == 1);
}
