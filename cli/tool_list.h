// The tools, each with its options and its entry; for the table of them (tools.cc) and for tests.
#pragma once

#include "base/check.h"
#include "cli/options.h"
#include "cli/tool.h"

namespace klamm::cli {

// Without the last option, --json, where the tool runs under Kafka's name, which has no such option.
inline OptionTable table_for(const Session& session, OptionTable all) {
  CHECK(!all.empty() && all.back().name == kJsonOption.name);
  return session.is_native ? all : all.first(all.size() - 1);
}

OptionTable topics_options();
OptionTable configs_options();
OptionTable acls_options();
OptionTable console_producer_options();
OptionTable console_consumer_options();
OptionTable consumer_groups_options();
OptionTable dump_log_options();
OptionTable get_offsets_options();
OptionTable groups_options();
OptionTable delete_records_options();
OptionTable broker_api_versions_options();
OptionTable cluster_options();
OptionTable metadata_quorum_options();
OptionTable features_options();
OptionTable client_metrics_options();
OptionTable log_dirs_options();
OptionTable leader_election_options();
OptionTable reassign_options();

int run_topics(Session& session, Words words);
int run_configs(Session& session, Words words);
int run_acls(Session& session, Words words);
int run_console_producer(Session& session, Words words);
int run_console_consumer(Session& session, Words words);
int run_consumer_groups(Session& session, Words words);
int run_dump_log(Session& session, Words words);
int run_get_offsets(Session& session, Words words);
int run_groups(Session& session, Words words);
int run_delete_records(Session& session, Words words);
int run_broker_api_versions(Session& session, Words words);
int run_cluster(Session& session, Words words);
int run_metadata_quorum(Session& session, Words words);
int run_features(Session& session, Words words);
int run_client_metrics(Session& session, Words words);
int run_log_dirs(Session& session, Words words);
int run_leader_election(Session& session, Words words);
int run_reassign(Session& session, Words words);

}  // namespace klamm::cli
