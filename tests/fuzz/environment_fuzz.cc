// The environment of a container, with the files that it may name, as it becomes a server.properties: never a
// crash, and memory in proportion to it. What is written is read back the same, whatever line breaks,
// backslashes and letters stand in a value; no setting is in it that nobody has named; and a value without
// a backslash is what it says.
//
// An input is what the kernel keeps of an environment: NAME=value with a zero byte behind each. Where a name
// is one of a few paths, it is a file of the container, and the value what is in it.
#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "broker/config/environment.h"
#include "broker/container_tool/prepare.h"
#include "security/utf8.h"
#include "storage/properties.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/sim/sim_disk.h"

using namespace klamm;
using namespace klamm::broker;
using security::is_utf8;

namespace {

// A variable is eight bytes of text or more, and a node of some eight maps, two strings in each; a letter
// beyond ASCII is six in the file, which the disk holds twice. Beside it: the disk, and what formatting would
// say.
constexpr size_t kMemoryPerByte = 600;
constexpr size_t kMemoryBeside = 1 << 20;
constexpr std::string_view kPrefix = "KAFKA_";
// No setting of Kafka and none of Klamm begins so, nor does a variable of an image's script.
constexpr std::string_view kOwnPrefix = "KAFKA_X_";

class StoppedClock final : public Clock {
 public:
  int64_t wall_ms() const override { return 1'700'000'000'000; }
  int64_t monotonic_ms() const override { return 0; }
};

struct Container {
  sim::SimDisk disk;
  ImagePlaces places;
  Environment environment;
  std::set<std::string> keys_of_files;  // settings that the files have

  // Enough to start with, unless it says otherwise.
  explicit Container(std::string_view block) {
    environment = {{"KAFKA_NODE_ID", "2"},
                   {"KAFKA_PROCESS_ROLES", "broker,controller"},
                   {"KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"},
                   {"KAFKA_CONTROLLER_QUORUM_VOTERS", "1@kafka-1:9093,2@kafka-2:9093"},
                   {"KAFKA_LISTENERS", "PLAINTEXT://:9092,CONTROLLER://:9093"}};
    for (const char* folder : {"/opt/kafka/config", "/var/lib/kafka/data", "/tmp", "/dev/shm"})
      CHECK(disk.make_directories(folder).ok());
    while (!block.empty()) {
      const std::string_view entry = block.substr(0, block.find('\0'));
      block.remove_prefix(std::min(entry.size() + 1, block.size()));
      const size_t equals = entry.find('=');
      if (equals != entry.npos) add(std::string(entry.substr(0, equals)), entry.substr(equals + 1));
    }
  }

  void add(const std::string& name, std::string_view value) {
    if (name == places.secrets + "/store" || name == places.secrets + "/password") {
      disk.plant(name, value);
    } else if (name == places.mounted || name == places.defaults) {
      disk.plant(name, value);
      const auto properties = storage::parse_properties(as_bytes(value), name);
      if (!properties) return;
      for (const storage::Property& property : properties->entries()) keys_of_files.insert(property.key);
    } else {
      environment[name] = value;
    }
  }
};

// All that there may be in the settings.
std::set<std::string> keys_of(const Container& container) {
  std::set<std::string> keys = container.keys_of_files;
  keys.insert({"listeners", "log.dirs", "klamm.admin.listener"});
  for (const auto& [name, value] : container.environment) {
    if (!name.starts_with(kPrefix)) continue;
    // Two variables that are no settings are levels of loggers.
    if (name == "KAFKA_LOG4J_ROOT_LOGLEVEL" || name == "KAFKA_LOG4J_LOGGERS") keys.insert("klamm.log.levels");
    const std::string key = property_of(name);
    keys.insert(key);
    const std::string base = key.substr(0, key.rfind('.'));
    if (key.ends_with(".filename")) keys.insert(base + ".location");
    if (key.ends_with(".credentials")) keys.insert(base + ".password");
  }
  return keys;
}

// Whether it is a setting and nothing else: no link to a Service of Kubernetes, and no store of TLS.
bool is_plain(const std::string& name, const std::string& value) {
  if (!name.starts_with(kOwnPrefix) || !is_utf8(value) || value.find('\\') != value.npos) return false;
  for (const std::string_view part : {"SERVICE", "PORT", "ADDR", "PROTO"})
    if (name.find(part) != name.npos) return false;
  const std::string key = property_of(name);
  for (const std::string_view ending : {".filename", ".credentials", ".location", ".password"})
    if (key.ends_with(ending)) return false;
  return true;
}

// Without the line breaks at its end and the blanks before it; other line breaks are single characters.
std::string plain_value(std::string_view text) {
  text = text.substr(0, text.find_last_not_of("\r\n") + 1);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\f"), text.size()));
  std::string value;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    value += text[i] == '\r' ? '\n' : text[i];
  }
  return value;
}

void check_mapped(const Container& container, const MappedEnvironment& mapped) {
  const std::set<std::string> keys = keys_of(container);
  for (const auto& [key, value] : mapped.settings) CHECK(keys.contains(key));
  std::map<std::string, int> names;
  for (const auto& [name, value] : container.environment) ++names[property_of(name)];
  for (const auto& [name, value] : container.environment) {
    if (!is_plain(name, value) || names[property_of(name)] != 1) continue;
    const auto found = mapped.settings.find(property_of(name));
    CHECK(found != mapped.settings.end() && found->second == plain_value(value));
  }
  for (const std::string& problem : mapped.problems) CHECK(!problem.empty());
}

void check_written(const std::string& text, const ConfigMap& settings) {
  CHECK(std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  // A line of its own for each, and one that says where they are from.
  CHECK(static_cast<size_t>(std::ranges::count(text, '\n')) == settings.size() + 1);
  const auto properties = storage::parse_properties(as_bytes(text), "written");
  CHECK(properties.ok() && properties->entries().size() == settings.size());
  auto setting = settings.begin();
  for (const storage::Property& property : properties->entries()) {
    const auto& [key, value] = *setting++;
    // A file of properties is text: of other bytes, which a file of passwords may have, there is something.
    CHECK(property.key == key || !is_utf8(key));
    CHECK(property.value == value || !is_utf8(value));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  Container container(as_text({data, size}));
  const MappedEnvironment mapped = map_environment(container.environment, container.places, container.disk);
  check_mapped(container, mapped);

  const ConfigSources sources{container.disk, [](const std::string&) { return std::nullopt; }, "kafka-2"};
  ContainerOptions options;
  options.step = ContainerStep::kConfigure;
  options.places = container.places;
  SeededRandom random(1);
  StoppedClock clock;
  std::ostringstream out;
  const auto prepared = prepare_container(options, container.environment, sources, random, clock, out);
  if (!prepared) {
    CHECK(!prepared.error().message.empty());
    return 0;
  }
  CHECK(mapped.problems.empty());
  check_written(container.disk.text(prepared->file), mapped.settings);
  return 0;
}
