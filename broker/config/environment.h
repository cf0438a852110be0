// From the environment of a container to the settings of a node, by the conventions of the images that
// people know: apache/kafka (KafkaDockerWrapper) and confluentinc/cp-kafka. KAFKA_NODE_ID=1 is node.id=1;
// beside such variables there are files of secrets, and a server.properties that is mounted. Reads files,
// changes nothing.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_map.h"
#include "broker/config/load.h"
#include "storage/disk.h"

namespace klamm::broker {

// Values by the names of their variables.
using Environment = std::map<std::string, std::string>;

// Where both images have these things.
struct ImagePlaces {
  std::string secrets = "/etc/kafka/secrets";                    // a directory
  std::string mounted = "/mnt/shared/config/server.properties";  // the user's; may be missing
  std::string defaults = "/etc/kafka/docker/server.properties";  // where nothing else is given
  std::string data = "/var/lib/kafka/data";                      // log.dirs where nobody names any
};

struct MappedEnvironment {
  ConfigMap settings;
  std::vector<Notice> notices;
  // Each ends the start; the settings then lack what could not be had.
  std::vector<std::string> problems;
};

// What is set in the environment is laid over the mounted file. Where neither has anything, `defaults` has
// all: a single node, broker and controller, that advertises localhost:9092.
MappedEnvironment map_environment(const Environment& environment, const ImagePlaces& places,
                                  storage::Disk& disk);

// KAFKA_A_B__C___D is a.b_c-d: one underscore for a dot, two for one, three for a dash; in lower case. A dot
// in the name counts as an underscore, as it does in Kafka's image.
std::string property_of(std::string_view variable);
// The variable that sets `property`.
std::string variable_of(std::string_view property);
// "KAFKA_NODE_ID=1": what to write in the environment of a container (see missing_keys).
std::string variable_line(std::string_view property, std::string_view value);

}  // namespace klamm::broker
