#include "broker/metadata/voters_record.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace klamm::broker {

protocol::VotersRecord voters_record(const raft::Voters& voters) {
  protocol::VotersRecord record;
  for (const raft::Voter& voter : voters) {
    protocol::VotersRecord::Voter entry;
    entry.voter_id = voter.key.id.value;
    entry.voter_directory_id = voter.key.directory_id;
    for (const raft::Endpoint& endpoint : voter.endpoints) {
      protocol::VotersRecord::Endpoint written;
      written.name = endpoint.listener;
      written.host = endpoint.host;
      written.port = endpoint.port;
      entry.endpoints.push_back(written);
    }
    entry.kraft_version_feature.min_supported_version = voter.kraft_version_min;
    entry.kraft_version_feature.max_supported_version = voter.kraft_version_max;
    record.voters.push_back(std::move(entry));
  }
  return record;
}

std::optional<raft::Voters> voters_of(const protocol::VotersRecord& record) {
  std::vector<raft::Voter> voters;
  std::set<int32_t> ids;
  for (const auto& entry : record.voters) {
    if (entry.voter_id < 0 || !ids.insert(entry.voter_id).second) return std::nullopt;
    raft::Voter voter;
    voter.key = {NodeId{entry.voter_id}, entry.voter_directory_id};
    for (const auto& endpoint : entry.endpoints) {
      voter.endpoints.push_back({std::string(endpoint.name), std::string(endpoint.host), endpoint.port});
    }
    voter.kraft_version_min = entry.kraft_version_feature.min_supported_version;
    voter.kraft_version_max = entry.kraft_version_feature.max_supported_version;
    voters.push_back(std::move(voter));
  }
  return raft::Voters(std::move(voters));
}

}  // namespace klamm::broker
