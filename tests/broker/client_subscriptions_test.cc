// Which metrics clients are asked for, and which of their pushes are taken: as Kafka's ClientMetricsManager.
#include "tests/testing.h"

#include <memory>
#include <string>
#include <vector>

#include "broker/client_software.h"
#include "broker/config/client_match.h"
#include "broker/telemetry/client_subscriptions.h"
#include "protocol/compression.h"
#include "tests/broker/fake_loop.h"
#include "tests/broker/metadata_records.h"
#include "tests/broker/otlp_writer.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::Codec;
using protocol::ErrorCode;

namespace {

constexpr int8_t kZstd = static_cast<int8_t>(Codec::kZstd);

struct Telemetry {
  // A subscription of the cluster.
  void configure(std::string_view name, std::string_view key, std::string_view value) {
    records.push_back(config(ConfigResourceType::kClientMetrics, name, key, value));
    image = image_of(records);
  }
  Request request_of(std::string_view client_id = "app") {
    Request request;
    request.header.client_id = client_id;
    request.client = client;
    return request;
  }
  ClientSubscriptions::Subscription subscribe(const Uuid& id = {}, std::string_view client_id = "app") {
    return subscriptions.subscribe(id, request_of(client_id), image.configs());
  }
  ErrorCode push(const ClientSubscriptions::Subscription& told, const std::string& message = "",
                 bool is_last = false, int8_t compression = 0) {
    const ClientSubscriptions::Push push{.client = told.client,
                                         .subscription_id = told.id,
                                         .is_last = is_last,
                                         .compression = compression,
                                         .metrics = as_bytes(message)};
    return subscriptions.push(push, request_of(), image.configs());
  }
  // "name value ..."
  std::string shown() const {
    std::string text;
    for (const auto& value : pushed.some({}, 100))
      text += value.name + " " + std::to_string(value.value) + " ";
    return text;
  }

  FakeClock clock;
  SeededRandom random{3};
  PushedMetrics pushed;
  ClientSubscriptions subscriptions{{clock, random, pushed, 1'000}};
  std::shared_ptr<SoftwareCensus> census = std::make_shared<SoftwareCensus>();
  std::shared_ptr<ClientInfo> client = plaintext_client(census);
  std::vector<MetadataRecord> records;
  ClusterImage image;

  static std::shared_ptr<ClientInfo> plaintext_client(const std::shared_ptr<SoftwareCensus>& census) {
    auto made = std::make_shared<ClientInfo>();
    made->listener = "PLAINTEXT";
    made->host = "10.1.2.3";
    made->port = 4567;
    made->software = std::make_shared<ClientSoftware>(census, "PLAINTEXT");
    made->software->say("apache-kafka-java", "4.3.1");
    return made;
  }
};

std::string plain() { return otlp_of({otlp_gauge("org.apache.kafka.a.rate", {otlp_point(2)})}); }

std::string compressed(Codec codec, const std::string& text) {
  Bytes out;
  protocol::Compressor().compress(protocol::Compression::by_default(codec), as_bytes(text), out);
  return std::string(as_text(out));
}

}  // namespace

// ---- Subscribing

TEST_CASE_METHOD(Telemetry, "a client without an id is given one, and asked for nothing where nobody asks") {
  const auto told = subscribe();
  REQUIRE(told.error == ErrorCode::kNone);
  REQUIRE_FALSE(told.client.is_zero());
  REQUIRE(told.metrics.empty());
  REQUIRE(told.interval_ms == 300'000);
  REQUIRE(subscribe().client != told.client);
  REQUIRE(subscriptions.counts().clients == 2);
}

TEST_CASE_METHOD(Telemetry, "a client is asked for what all its subscriptions want together") {
  configure("a", "metrics", "org.apache.kafka.a,org.apache.kafka.b");
  configure("a", "interval.ms", "5000");
  configure("b", "metrics", "org.apache.kafka.b,org.apache.kafka.c");
  configure("b", "interval.ms", "2000");
  configure("other", "metrics", "org.apache.kafka.other");
  configure("other", "interval.ms", "100");
  configure("other", "match", "client_id=another");
  const auto told = subscribe();
  REQUIRE(told.metrics ==
          std::vector<std::string>{"org.apache.kafka.a", "org.apache.kafka.b", "org.apache.kafka.c"});
  REQUIRE(told.interval_ms == 2000);
}

TEST_CASE_METHOD(Telemetry, "all metrics are told by a star alone") {
  configure("a", "metrics", "org.apache.kafka.a");
  configure("b", "metrics", "*");
  REQUIRE(subscribe().metrics == std::vector<std::string>{"*"});
}

TEST_CASE_METHOD(Telemetry, "clients are told apart by what is known of them") {
  configure("a", "metrics", "x");
  configure("a", "match", "client_software_name=apache-.*,client_source_address=10[.]1[.].*,client_id=app.*");
  REQUIRE(subscribe({}, "app-1").metrics.size() == 1);
  REQUIRE(subscribe({}, "an app").metrics.empty());
  client->host = "10.2.0.1";
  REQUIRE(subscribe({}, "app-1").metrics.empty());
}

TEST_CASE_METHOD(Telemetry, "a subscription whose pattern is not known here is for nobody") {
  configure("a", "metrics", "x");
  configure("a", "match", "colour=red");
  REQUIRE(subscribe().metrics.empty());
}

TEST_CASE_METHOD(Telemetry, "who asks again before the interval is over is throttled") {
  configure("a", "interval.ms", "5000");
  const auto told = subscribe();
  clock.now += 4'999;
  REQUIRE(subscribe(told.client).error == ErrorCode::kThrottlingQuotaExceeded);
  clock.now += 1;
  const auto again = subscribe(told.client);
  REQUIRE(again.error == ErrorCode::kNone);
  REQUIRE(again.client == told.client);
  REQUIRE(again.id == told.id);
  REQUIRE(subscriptions.counts().throttled == 1);
}

TEST_CASE_METHOD(Telemetry, "of a changed configuration clients hear at once") {
  configure("a", "metrics", "x");
  const auto told = subscribe();
  configure("a", "metrics", "y");
  REQUIRE(push(told, plain()) == ErrorCode::kUnknownSubscriptionId);
  const auto changed = subscribe(told.client);
  REQUIRE(changed.error == ErrorCode::kNone);
  REQUIRE(changed.id != told.id);
  REQUIRE(changed.metrics == std::vector<std::string>{"y"});
  REQUIRE(subscriptions.counts().unknown_subscriptions == 1);
}

TEST_CASE_METHOD(Telemetry, "other changes of the configuration change no subscription") {
  configure("a", "metrics", "x");
  const auto told = subscribe();
  records.push_back(config(ConfigResourceType::kBroker, "1", "x", "1"));
  image = image_of(records);
  REQUIRE(push(told) == ErrorCode::kNone);
}

// ---- Pushing

TEST_CASE_METHOD(Telemetry, "what a client was asked for is shown, whichever way it is compressed") {
  configure("a", "metrics", "org.apache.kafka.a");
  configure("a", "interval.ms", "100");
  const auto told = subscribe();
  for (const Codec codec : {Codec::kNone, Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
    clock.now += 100;
    REQUIRE(push(told, compressed(codec, plain()), false, static_cast<int8_t>(codec)) == ErrorCode::kNone);
  }
  REQUIRE(shown() == "kafka_client_a_rate 2.000000 ");
  REQUIRE(subscriptions.counts().taken == 5);
  const std::string labels = pushed.some({}, 1).at(0).labels;
  REQUIRE(labels == "client_instance_id=\"" + told.client.to_string() +
                        "\",client_id=\"app\",client_software_name=\"apache-kafka-java\","
                        "client_software_version=\"4.3.1\"");
}

TEST_CASE_METHOD(Telemetry, "what a client was not asked for is not shown") {
  configure("a", "metrics", "org.apache.kafka.b");
  REQUIRE(push(subscribe(), plain()) == ErrorCode::kNone);
  REQUIRE(shown().empty());
}

TEST_CASE_METHOD(Telemetry, "a first push may come early, the next one only after the interval") {
  configure("a", "interval.ms", "5000");
  const auto told = subscribe();
  clock.now += 1'000;
  REQUIRE(push(told) == ErrorCode::kNone);
  clock.now += 4'999;
  REQUIRE(push(told) == ErrorCode::kThrottlingQuotaExceeded);
  clock.now += 1;
  REQUIRE(push(told) == ErrorCode::kNone);
}

TEST_CASE_METHOD(Telemetry, "a last push may come at any time, and nothing behind it") {
  configure("a", "interval.ms", "5000");
  const auto told = subscribe();
  REQUIRE(push(told) == ErrorCode::kNone);
  REQUIRE(push(told, "", true) == ErrorCode::kNone);
  clock.now += 5'000;
  REQUIRE(push(told) == ErrorCode::kInvalidRequest);
}

TEST_CASE_METHOD(Telemetry, "ids that stand for no client may push nothing") {
  for (const Uuid& id : {Uuid::of(0, 0), Uuid::of(0, 1)})
    REQUIRE(push({.client = id}) == ErrorCode::kInvalidRequest);
}

TEST_CASE_METHOD(Telemetry, "a client that another broker gave its id is known by it here") {
  const Uuid elsewhere = Uuid::of(77, 1);
  const auto told = subscribe(elsewhere);
  REQUIRE(told.client == elsewhere);
  REQUIRE(push(told) == ErrorCode::kNone);
}

TEST_CASE_METHOD(Telemetry, "a compression that is none is refused, and others may be asked for at once") {
  const auto told = subscribe();
  REQUIRE(push(told, "x", false, 9) == ErrorCode::kUnsupportedCompressionType);
  REQUIRE(subscribe(told.client).error == ErrorCode::kNone);
}

TEST_CASE_METHOD(Telemetry, "more than telemetry.max.bytes is refused, packed or not") {
  configure("a", "interval.ms", "100");
  configure("a", "metrics", "*");
  const auto told = subscribe();
  REQUIRE(push(told, std::string(1'001, 'x')) == ErrorCode::kTelemetryTooLarge);
  clock.now += 100;
  // Unpacks to more than that.
  const std::string bomb = compressed(Codec::kZstd, std::string(1 << 20, '\0'));
  REQUIRE(bomb.size() < 1'000);
  REQUIRE(push(told, bomb, false, kZstd) == ErrorCode::kInvalidRecord);
}

TEST_CASE_METHOD(Telemetry, "what is malformed is refused, and counted") {
  configure("a", "interval.ms", "100");
  const auto told = subscribe();
  REQUIRE(push(told, "this is no message") == ErrorCode::kInvalidRecord);
  clock.now += 100;
  REQUIRE(push(told, "nor is it compressed", false, kZstd) == ErrorCode::kInvalidRecord);
  REQUIRE(subscriptions.counts().malformed == 2);
  REQUIRE(subscriptions.counts().taken == 0);
}

// ---- Forgetting

TEST_CASE_METHOD(Telemetry, "a client is forgotten with its connection, and what it pushed with it") {
  configure("a", "metrics", "*");
  const auto told = subscribe();
  REQUIRE(push(told, plain()) == ErrorCode::kNone);
  REQUIRE_FALSE(shown().empty());
  client = plaintext_client(census);
  clock.now += 1'000;
  REQUIRE(subscriptions.counts().clients == 0);
  REQUIRE(shown().empty());
}

TEST_CASE_METHOD(Telemetry, "a client is forgotten when it has been silent for long") {
  configure("a", "metrics", "*");
  configure("a", "interval.ms", "30000");
  const auto told = subscribe();
  REQUIRE(push(told, plain()) == ErrorCode::kNone);
  clock.now += 90'000;
  REQUIRE(subscriptions.counts().clients == 1);
  clock.now += 1'000;
  REQUIRE(subscriptions.counts().clients == 0);
  REQUIRE(shown().empty());
}

TEST_CASE_METHOD(Telemetry, "of too many clients the one that was heard of longest ago goes") {
  const Uuid first = subscribe().client, second = subscribe().client;
  REQUIRE(push({.client = first}) == ErrorCode::kUnknownSubscriptionId);
  for (size_t i = 2; i < ClientSubscriptions::kClientsMax + 1; ++i) subscribe();
  REQUIRE(subscriptions.counts().clients == int64_t{ClientSubscriptions::kClientsMax});
  // It is known still: else it would begin anew.
  REQUIRE(push({.client = first}) == ErrorCode::kThrottlingQuotaExceeded);
  REQUIRE(subscribe(second).error == ErrorCode::kNone);
}

// ---- Patterns

TEST_CASE("a pattern is Kafka's, and has to fit all of what it is about") {
  const auto fits = [](const std::vector<std::string>& match, const std::string& client_id) {
    const auto parsed = ClientMatch::parse(match);
    REQUIRE(parsed.ok());
    ClientAttributes attributes;
    attributes[static_cast<size_t>(ClientSelector::kClientId)] = client_id;
    return parsed->fits(attributes);
  };
  REQUIRE(fits({}, "any"));
  REQUIRE(fits({"client_id=a.*"}, "abc"));
  REQUIRE(fits({" client_id = a.* "}, "abc"));
  REQUIRE_FALSE(fits({"client_id=b"}, "abc"));
  REQUIRE_FALSE(fits({"client_id=a.*", "client_source_port=.*"}, "abc"));
  REQUIRE(fits({"client_id=b", "client_id=abc"}, "abc"));
}

TEST_CASE("what is no pattern is refused with Kafka's words") {
  for (const std::string wrong :
       {"client_id", "client_id=", "=x", "client_id=a=b", "colour=red", "client_id=(a"}) {
    const auto parsed = ClientMatch::parse({wrong});
    REQUIRE_FALSE(parsed);
    REQUIRE(parsed.error().message == "Illegal client matching pattern: " + wrong);
  }
}
