// What the brokers of a cluster say of a topic: who they are, who leads its partitions, and who is in sync.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "bench/load/client.h"
#include "protocol/messages/metadata_response.h"

namespace klamm::bench {

struct PartitionView {
  int32_t leader = -1;
  std::vector<int32_t> replicas{};  // the preferred leader first
  size_t in_sync = 0;
};

// As one broker sees it at one moment.
struct View {
  Uuid topic_id;
  std::map<int32_t, Address> brokers;     // those that are not fenced
  std::vector<PartitionView> partitions;  // by their index; none of a topic that is not known
};

// A broker, and the partitions that it leads.
struct Leader {
  Address address;
  std::vector<int32_t> partitions;
};

// `asked` is where the answer comes from, and how one gets in there. A cluster of one is taken to be there,
// whatever it calls itself; the brokers of a larger one are where they say.
View view_of(const protocol::MetadataResponse& response, const Address& asked);
View look_at(Client& client, const Address& asked, const std::string& topic);
// Whether the asked broker's metadata has this one, which is not fenced then. Unlike a look at many
// partitions it costs next to nothing.
bool has_broker(Client& client, int32_t node_id);
// How long to wait before the next look: so many times as long as the last one took, so that who is measured
// has the rest of the machine; `at_least_ns` in any case.
int64_t rest_of(int64_t took_ns, int64_t at_least_ns, int64_t times);
// Waits so long; the last look began then.
void rest_after_look(int64_t began_ns, int64_t at_least_ns, int64_t times = 4);

// Whether each partition has a leader, which is not this node.
bool is_led_without(const View& view, int32_t node_id = -1);
bool is_in_sync(const View& view);
bool is_led_as_preferred(const View& view);
// Of the partitions of these indexes, each of which is led by a broker that is there.
std::vector<Leader> leaders_of(const View& view, std::span<const int32_t> partitions);
std::vector<int32_t> all_partitions(const View& view);
std::vector<int32_t> led_by(const View& view, int32_t node_id);

// How long a cluster may take for what so many partitions need: to be created, to be led, to be in sync.
int64_t ready_within_ns(int64_t partitions);
// A broker may be named as leader before it knows that it is: returns when each answers what only a leader
// does.
void await_leadership(const std::string& topic, const std::vector<Leader>& leaders);

}  // namespace klamm::bench
