// Formatting: what makes a set of empty directories the log directories of one node of one cluster. It is
// also what a node in a container does at its first start.
#pragma once

#include <iosfwd>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/types.h"
#include "broker/metadata/bootstrap.h"
#include "raft/voters.h"
#include "storage/disk.h"

namespace klamm::broker {

struct FormatRequest {
  std::string cluster_id;
  NodeId node_id;
  std::set<std::string> directories;
  std::string metadata_directory;          // one of `directories`
  bool ignore_formatted = false;           // formatted directories are left as they are
  std::optional<MetadataVersion> release;  // default: the latest
  FeatureLevels feature_levels;            // those that were asked for; the others follow from the release
  std::vector<std::string> scram;          // as parse_scram_argument takes them
  bool dynamic_quorum = false;             // controller.quorum.voters is empty
  std::optional<raft::Voters> initial_voters;  // written into the metadata directory (KIP-853)
};

// The levels that a cluster begins with, kraft.version included; or what is wrong with those asked for.
Result<FeatureLevels, Failure> effective_levels(const FormatRequest& request);

// Each directory is formatted from the moment that it has its meta.properties, which comes last: a crash
// before leaves it unformatted, and formatting starts over. Says on `out` what it does.
Result<void, Failure> format_directories(const FormatRequest& request, storage::Disk& disk, Random& random,
                                         const Clock& clock, std::ostream& out);

// A voter as the set of voters says it; `host` may be an IPv6 address without brackets.
raft::Voter new_voter(NodeId id, const Uuid& directory_id, std::string_view listener, std::string_view host,
                      uint16_t port);

// `id@host:port:directoryId,...`; a host with colons stands in brackets. `listener` is the controllers'
// first.
Result<raft::Voters, Failure> parse_initial_controllers(std::string_view text, std::string_view listener);

}  // namespace klamm::broker
