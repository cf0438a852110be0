#include "tests/testing.h"

#include "protocol/metadata_record.h"

namespace klamm::protocol {
namespace {

// What Apache Kafka's formatter writes for metadata.version 30.
Bytes golden() {
  Bytes bytes{0x01, 0x0C, 0x00, 0x11};
  for (char c : std::string_view("metadata.version")) bytes.push_back(static_cast<uint8_t>(c));
  for (uint8_t byte : {0x00, 0x1E, 0x00}) bytes.push_back(byte);
  return bytes;
}

TEST_CASE("a metadata record is written with frame version, key and version as Apache Kafka does") {
  FeatureLevelRecord record;
  record.name = "metadata.version";
  record.feature_level = 30;
  Bytes out;
  Writer writer(out);
  write_metadata_record(writer, record, 0);
  REQUIRE(out == golden());
}

TEST_CASE("a metadata record comes back as its own type") {
  const Bytes bytes = golden();
  const auto record = read_metadata_record(bytes);
  REQUIRE(record);
  REQUIRE(std::get<FeatureLevelRecord>(*record).feature_level == 30);
  REQUIRE(std::get<FeatureLevelRecord>(*record).name == "metadata.version");
}

TEST_CASE("a metadata record that is not understood to its last byte is refused") {
  Bytes cut = golden(), longer = golden(), frame = golden(), key = golden(), version = golden();
  cut.pop_back();
  longer.push_back(0);
  frame[0] = 2;
  key[1] = 6;
  version[2] = 1;
  for (const Bytes& bytes : {cut, longer, frame, key, version, Bytes{}})
    REQUIRE_FALSE(read_metadata_record(bytes));
}

}  // namespace
}  // namespace klamm::protocol
