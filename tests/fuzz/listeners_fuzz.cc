// Addresses as an operator's file may hold them, and whole files: never a crash; what was understood is
// understood the same after it was written again; and what Klamm reads as a listener has nothing in it that
// is no address.
#include <map>
#include <string>

#include "base/check.h"
#include "broker/config/endpoints.h"
#include "broker/config/load.h"
#include "broker/config/text.h"
#include "storage/properties.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/sim/sim_disk.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

// An entry of a list may be one byte of text, and two hundred where it is an endpoint; a property likewise,
// in the file's list, in the settings and in the configuration made of them. Beside it: the table of all
// keys.
constexpr size_t kMemoryPerByte = 800;
constexpr size_t kMemoryBeside = 4 << 20;

void check_listener(std::string_view entry) {
  auto address = parse_listener_address(entry);
  if (!address) return;
  CHECK(is_host(address->host));
  CHECK(!address->listener.empty());
  CHECK(address->port >= 0 && address->port <= 65535);
  auto again =
      parse_listener_address(address->listener + "://" + render_address(address->host, address->port));
  CHECK(again.ok());
  CHECK(again->listener == address->listener && again->host == address->host && again->port == address->port);
}

void check_lists(std::string_view text) {
  std::vector<std::string> entries = split_list(text);
  for (const std::string& entry : entries) check_listener(entry);
  if (auto map = parse_protocol_map(text)) {
    if (auto endpoints = parse_endpoints("listeners", entries, *map, true))
      CHECK(endpoints->size() == entries.size());
  }
  if (auto voters = parse_quorum_voters(entries)) {
    CHECK(voters->size() == entries.size());
    for (const QuorumVoter& voter : *voters) CHECK(voter.id.value >= 0 && !voter.host.empty());
  }
  if (auto servers = parse_bootstrap_servers(entries)) CHECK(servers->size() == entries.size());
}

// The text as a file laid over one that is right.
void check_file(ByteView text) {
  auto properties = storage::parse_properties(text, "fuzz");
  if (!properties) return;
  ConfigMap settings = {{"process.roles", "broker,controller"},
                        {"node.id", "1"},
                        {"controller.listener.names", "CONTROLLER"},
                        {"controller.quorum.voters", "1@localhost:9093"},
                        {"listeners", "PLAINTEXT://:9092,CONTROLLER://:9093"}};
  for (const storage::Property& property : properties->entries()) settings[property.key] = property.value;
  sim::SimDisk disk;
  ConfigSources sources{disk, [](const std::string&) { return std::optional<std::string>("value"); },
                        "box-3"};
  auto loaded = make_node_config(settings, sources);
  if (!loaded) {
    CHECK(!loaded.error().message.empty());
    return;
  }
  CHECK(loaded->config.id.value >= 0);
  CHECK(!loaded->config.network.advertised.empty());
  for (const Endpoint& endpoint : loaded->config.network.advertised) CHECK(endpoint.host != "0.0.0.0");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  ByteView rest{data + 1, size - 1};
  if (data[0] & 1) {
    check_file(rest);
  } else {
    check_lists(as_text(rest));
  }
  return 0;
}
