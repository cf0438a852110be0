#include "protocol/record_json.h"

#include "protocol/json_writer.h"
#include "protocol/messages/feature_level_record.h"
#include "protocol/messages/offset_commit_value.h"
#include "protocol/messages/partition_record.h"
#include "tests/testing.h"

namespace klamm::protocol {
namespace {

template <class Message>
std::string json_of(std::string_view name, const Message& message, int16_t version) {
  Bytes bytes;
  Writer writer(bytes);
  message.write(writer, version);
  std::string json;
  return append_record_json(name, bytes, version, json) ? json : "none";
}

TEST_CASE("a record's fields stand under Kafka's names, in their order") {
  FeatureLevelRecord record;
  record.name = "metadata.version";
  record.feature_level = 30;
  REQUIRE(json_of("FeatureLevelRecord", record, 0) == R"({"name":"metadata.version","featureLevel":30})");
}

TEST_CASE("a field that the version does not have is left out") {
  OffsetCommitValue value;
  value.offset = 7;
  value.metadata = "m";
  REQUIRE(json_of("OffsetCommitValue", value, 1) ==
          R"({"offset":7,"metadata":"m","commitTimestamp":0,"expireTimestamp":-1})");
  REQUIRE(json_of("OffsetCommitValue", value, 3) ==
          R"({"offset":7,"leaderEpoch":-1,"metadata":"m","commitTimestamp":0})");
}

TEST_CASE("a tagged field is there only when it is not its default") {
  PartitionRecord record;
  record.replicas = {1, 2};
  const std::string without = json_of("PartitionRecord", record, 2);
  REQUIRE(without.find("eligibleLeaderReplicas") == std::string::npos);
  record.eligible_leader_replicas = std::vector<int32_t>{2};
  const std::string with = json_of("PartitionRecord", record, 2);
  REQUIRE(with.find(R"("eligibleLeaderReplicas":[2])") != std::string::npos);
}

TEST_CASE("bytes that are no such record give nothing") {
  std::string json;
  REQUIRE_FALSE(append_record_json("FeatureLevelRecord", as_bytes("x"), 0, json));
  REQUIRE_FALSE(append_record_json("NoSuchRecord", {}, 0, json));
  REQUIRE(json.empty());
}

TEST_CASE("JSON has commas between values, and escapes in its texts") {
  JsonWriter json;
  json.begin_object().field("a", "x\"\n").key("b").begin_array().number(1).null().boolean(true).end_array();
  json.key("c").base64(as_bytes("ab")).key("d").real(1024).end_object();
  REQUIRE(json.str() == R"({"a":"x\"\n","b":[1,null,true],"c":"YWI=","d":1024.0})");
}

TEST_CASE("a text in JSON is UTF-8, whatever bytes it was made of") {
  REQUIRE(json_text("\xC3\xBC") == "\"\xC3\xBC\"");
  REQUIRE(json_text("a\xC3") == "\"a\xEF\xBF\xBD\"");
  REQUIRE(json_text("\xFF\n") == "\"\xEF\xBF\xBD\\n\"");
}

TEST_CASE("numbers with a point are as Java prints them") {
  REQUIRE(java_double_text(0.5) == "0.5");
  REQUIRE(java_double_text(10000000) == "1.0E7");
  REQUIRE(java_double_text(0.00012) == "1.2E-4");
  REQUIRE(java_double_text(-0.0) == "-0.0");
}

}  // namespace
}  // namespace klamm::protocol
