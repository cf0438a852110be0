#include "tests/testing.h"

#include <fstream>
#include <map>
#include <sstream>

#include "broker/config/definitions.h"
#include "broker/config/synonyms.h"
#include "broker/config/value.h"

using namespace klamm::broker;

namespace {

struct Kind {
  std::string name;
  const ConfigTable& table;
};

std::vector<Kind> kinds() {
  return {{"broker", broker_keys()},
          {"topic", topic_keys()},
          {"group", group_keys()},
          {"client-metrics", client_metrics_keys()}};
}

std::string mode_name(const Kind& kind, const ConfigKey& key) {
  if (kind.name != "broker") return "-";
  constexpr const char* kNames[] = {"read-only", "per-broker", "cluster-wide"};
  return kNames[static_cast<size_t>(key.mode)];
}

// A row as tests/broker/golden/config_keys.tsv has it: kind, name, type, default, mode, internal.
std::string row(const Kind& kind, const ConfigKey& key) {
  std::string value = key.standing == Standing::kRequired ? "(required)" : "null";
  if (key.default_value) value = *key.default_value;
  std::string line = kind.name + "\t" + std::string(key.name) + "\t" + std::string(name_of(key.type)) + "\t" +
                     value + "\t" + mode_name(kind, key);
  return key.standing == Standing::kInternal ? line + "\tinternal" : line;
}

}  // namespace

// The golden rows were printed by Kafka 4.3.1's own definitions.
TEST_CASE(
    "the table has exactly the keys of Kafka 4.3 with their types, defaults and modes, and Klamm's own") {
  std::ifstream file(KLAMM_SOURCE_DIR "/tests/broker/golden/config_keys.tsv");
  REQUIRE(file.good());
  std::map<std::string, bool> kafka;
  for (std::string line; std::getline(file, line);) kafka[line] = false;
  std::vector<std::string> only_here;
  for (const Kind& kind : kinds()) {
    for (const ConfigKey* key : kind.table.keys()) {
      auto found = kafka.find(row(kind, *key));
      if (found != kafka.end()) {
        found->second = true;
      } else if (key->standing != Standing::kDynamicOnly && !key->name.starts_with("klamm.")) {
        only_here.push_back(row(kind, *key));
      }
    }
  }
  REQUIRE(only_here == std::vector<std::string>{});
  for (const auto& [line, here] : kafka) {
    INFO(line);
    REQUIRE(here);
  }
}

TEST_CASE("every key says what it is for and what Klamm does with it") {
  for (const Kind& kind : kinds()) {
    for (const ConfigKey* key : kind.table.keys()) {
      INFO(kind.name << " " << key->name);
      REQUIRE(key->documentation.size() > 10);
      REQUIRE(key->documentation.ends_with("."));
      REQUIRE((key->treatment.kind == TreatmentKind::kActs || !key->treatment.note.empty()));
    }
  }
}

TEST_CASE("every default is valid for its key") {
  for (const Kind& kind : kinds()) {
    for (const ConfigKey* key : kind.table.keys()) {
      if (!key->default_value) continue;
      // Kafka leaves the defaults of these two empty, and refuses an empty list only when it is set.
      INFO(kind.name << " " << key->name);
      auto value = parse_value(*key, *key->default_value);
      REQUIRE(value.ok());
      REQUIRE(*value == default_value(*key));
      REQUIRE(render_value(*value) == *key->default_value);
    }
  }
}

TEST_CASE("a topic key's synonyms are broker keys of its type, with the same default") {
  for (const ConfigKey* key : topic_keys().keys()) {
    for (const TopicSynonym& synonym : topic_synonyms(key->name)) {
      INFO(key->name << " " << synonym.broker_key);
      const ConfigKey* broker_key = broker_keys().find(synonym.broker_key);
      REQUIRE(broker_key != nullptr);
      if (!broker_key->default_value || synonym.factor != 1) continue;
      REQUIRE(broker_key->type == key->type);
      REQUIRE(broker_key->default_value == key->default_value);
    }
  }
}

TEST_CASE("the dynamic default of a topic's retention is the broker's in hours") {
  REQUIRE(topic_synonyms("retention.ms").back().factor == 3600000);
  REQUIRE(std::stoll(std::string(*broker_keys().find("log.retention.hours")->default_value)) * 3600000 ==
          std::stoll(std::string(*topic_keys().find("retention.ms")->default_value)));
}
