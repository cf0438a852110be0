// The tools that have commands: kafka-cluster, kafka-metadata-quorum, kafka-features.
#include <string>

#include "protocol/messages/add_raft_voter_request.h"
#include "protocol/messages/add_raft_voter_response.h"
#include "protocol/messages/describe_cluster_request.h"
#include "protocol/messages/describe_cluster_response.h"
#include "protocol/messages/describe_quorum_request.h"
#include "protocol/messages/describe_quorum_response.h"
#include "protocol/messages/unregister_broker_request.h"
#include "protocol/messages/unregister_broker_response.h"
#include "protocol/messages/update_features_request.h"
#include "protocol/messages/update_features_response.h"
#include "tests/cli/temp_folder.h"
#include "tests/cli/tool_fixture.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using namespace protocol;

class ClusterFixture : public ToolFixture {
 public:
  ClusterFixture() {
    broker.on<DescribeClusterRequest, DescribeClusterResponse>(
        [](const DescribeClusterRequest& request, int16_t) {
          DescribeClusterResponse response;
          response.endpoint_type = request.endpoint_type;
          response.cluster_id = "cluster";
          response.brokers.push_back({.broker_id = 2, .host = "two", .port = 9092, .rack = "r"});
          response.brokers.push_back({.broker_id = 1, .host = "one", .port = 9092, .is_fenced = true});
          return response;
        });
    broker.on<UnregisterBrokerRequest, UnregisterBrokerResponse>(
        [](const UnregisterBrokerRequest& request, int16_t) {
          UnregisterBrokerResponse response;
          if (request.broker_id != 1) response.error_code = 102;
          response.error_message.reset();
          return response;
        });
  }
};

TEST_CASE_METHOD(ClusterFixture, "a cluster's id, and brokers that it forgets") {
  REQUIRE(run("kafka-cluster", {"cluster-id", "--bootstrap-server", "b:9092"}).out ==
          "Cluster ID: cluster\n");
  REQUIRE(run("kafka-cluster", {"cluster-id", "-bb:9092"}).out == "Cluster ID: cluster\n");
  REQUIRE(run("kafka-cluster", {"unregister", "--bootstrap-server=b:9092", "-i", "1"}).out ==
          "Broker 1 is no longer registered.\n");
  const Ran ran = run("kafka-cluster", {"unregister", "--bootstrap-server", "b:9092", "--id", "5"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.err ==
          "org.apache.kafka.common.errors.BrokerIdNotRegisteredException: The given broker ID was not "
          "registered.\n");
}

TEST_CASE_METHOD(ClusterFixture, "endpoints stand in columns") {
  REQUIRE(run("kafka-cluster", {"list-endpoints", "--bootstrap-server", "b:9092"}).out ==
          "ID         HOST PORT       RACK STATE      ENDPOINT_TYPE  \n"
          "1          one 9092       null fenced     broker         \n"
          "2          two 9092       r unfenced   broker         \n");
}

TEST_CASE_METHOD(ClusterFixture, "what a command lacks is told behind its usage") {
  const auto wrong = [&](std::vector<std::string_view> words) {
    const Ran ran = run("kafka-cluster", std::move(words));
    REQUIRE(ran.status == 1);
    REQUIRE(ran.out == "");
    return ran.err;
  };
  REQUIRE(wrong({}) ==
          "usage: kafka-cluster [-h] {cluster-id,unregister,list-endpoints} ...\n"
          "kafka-cluster: error: too few arguments\n");
  REQUIRE(wrong({"id"}).ends_with("kafka-cluster: error: invalid choice: 'id' (choose from 'cluster-id', "
                                  "'unregister', 'list-endpoints')\n"));
  REQUIRE(wrong({"cluster-id"})
              .ends_with("kafka-cluster cluster-id: error: one of the arguments --bootstrap-server/-b "
                         "--bootstrap-controller/-C is required\n"));
  REQUIRE(wrong({"unregister", "-b", "b:9092"}).ends_with("error: argument --id/-i is required\n"));
  REQUIRE(wrong({"unregister", "-b", "b:9092", "--id", "x"})
              .ends_with("error: argument --id/-i: could not convert 'x' to Integer\n"));
  REQUIRE(wrong({"cluster-id", "-b", "b:9092", "--id", "1"})
              .ends_with("error: unrecognized arguments: '--id'\n"));
  REQUIRE(wrong({"cluster-id", "--bootstrap", "b:9092"})
              .ends_with("error: ambiguous option: --bootstrap could match --bootstrap-server, "
                         "--bootstrap-controller\n"));
}

TEST_CASE_METHOD(ClusterFixture, "help is on standard output, and no mistake") {
  const Ran ran = run("kafka-cluster", {"unregister", "--help"});
  REQUIRE(ran.status == 0);
  REQUIRE(ran.err == "");
  REQUIRE(ran.out.find("--id/-i") != std::string::npos);
}

class QuorumFixture : public ToolFixture {
 public:
  QuorumFixture() {
    broker.on<DescribeQuorumRequest, DescribeQuorumResponse>([this](const DescribeQuorumRequest&, int16_t) {
      DescribeQuorumResponse response;
      response.error_message.reset();
      auto& topic = response.topics.emplace_back();
      topic.topic_name = "__cluster_metadata";
      auto& partition = topic.partitions.emplace_back();
      partition.error_message.reset();
      partition.leader_id = 1;
      partition.leader_epoch = 4;
      partition.high_watermark = 90;
      partition.current_voters.push_back(replica(1, 100, clock.wall_ms() - 5));
      partition.current_voters.push_back(replica(2, 80, clock.wall_ms() - 25));
      partition.observers.push_back(replica(3, 70, -1));
      auto& node = response.nodes.emplace_back();
      node.node_id = 1;
      node.listeners.push_back({.name = "CONTROLLER", .host = "::1", .port = 9093});
      return response;
    });
    broker.on<AddRaftVoterRequest, AddRaftVoterResponse>([this](const AddRaftVoterRequest& request, int16_t) {
      added = request.voter_id;
      AddRaftVoterResponse response;
      response.error_message.reset();
      return response;
    });
  }

  static DescribeQuorumResponse::ReplicaState replica(int32_t id, int64_t end, int64_t caught_up_ms) {
    return {.replica_id = id,
            .replica_directory_id = Uuid::of(0, id == 3 ? 0 : 1000),
            .log_end_offset = end,
            .last_fetch_timestamp = caught_up_ms,
            .last_caught_up_timestamp = caught_up_ms};
  }

  Ran quorum(std::vector<std::string_view> words) {
    words.insert(words.begin(), "b:9092");
    words.insert(words.begin(), "--bootstrap-server");
    return run("kafka-metadata-quorum", std::move(words));
  }

  int32_t added = -1;
};

TEST_CASE_METHOD(QuorumFixture, "the quorum in short") {
  REQUIRE(quorum({"describe", "--status"}).out ==
          "ClusterId:              cluster\n"
          "LeaderId:               1\n"
          "LeaderEpoch:            4\n"
          "HighWatermark:          90\n"
          "MaxFollowerLag:         20\n"
          "MaxFollowerLagTimeMs:   20\n"
          "CurrentVoters:          [{\"id\": 1, \"directoryId\": \"AAAAAAAAAAAAAAAAAAAD6A\", \"endpoints\": "
          "[\"CONTROLLER://[::1]:9093\"]}, {\"id\": 2, \"directoryId\": \"AAAAAAAAAAAAAAAAAAAD6A\"}]\n"
          "CurrentObservers:       [{\"id\": 3}]\n");
}

TEST_CASE_METHOD(QuorumFixture, "each replica is a row, with times as they would be told on demand") {
  REQUIRE(quorum({"describe", "--replication", "--human-readable"}).out ==
          "NodeId\tDirectoryId           \tLogEndOffset\tLag\tLastFetchTimestamp\tLastCaughtUpTimestamp\t"
          "Status  \t\n"
          "1     \tAAAAAAAAAAAAAAAAAAAD6A\t100         \t0  \t5 ms ago          \t5 ms ago             \t"
          "Leader  \t\n"
          "2     \tAAAAAAAAAAAAAAAAAAAD6A\t80          \t20 \t25 ms ago         \t25 ms ago            \t"
          "Follower\t\n"
          "3     \tAAAAAAAAAAAAAAAAAAAAAA\t70          \t30 \t-1                \t-1                   \t"
          "Observer\t\n");
}

TEST_CASE_METHOD(QuorumFixture, "a description is of one kind") {
  REQUIRE(quorum({"describe"}).err ==
          "One of --status or --replication must be specified with describe sub-command\n");
  REQUIRE(quorum({"describe", "--status", "--replication"}).err ==
          "Only one of --status or --replication should be specified with describe sub-command\n");
  REQUIRE(quorum({"describe", "--status", "--human-readable"}).err ==
          "The option --human-readable is only supported along with --replication\n");
}

TEST_CASE_METHOD(QuorumFixture, "a controller is added by its configuration") {
  const TempFolder folder;
  folder.write("meta.properties",
               "version=1\ncluster.id=cluster\nnode.id=5\ndirectory.id=AAAAAAAAAAAAAAAAAAAD6A\n");
  const std::string config = folder.write(
      "server.properties",
      "node.id=5\nprocess.roles=controller\ncontroller.listener.names=CONTROLLER\n"
      "listeners=CONTROLLER://:9093\nlog.dirs=" +
          folder.path() + "\n");
  REQUIRE(quorum({"--command-config", config, "add-controller", "--dry-run"}).out ==
          "DRY RUN of adding controller 5 with directory id AAAAAAAAAAAAAAAAAAAD6A and endpoints: "
          "CONTROLLER://localhost:9093\n");
  REQUIRE(added == -1);
  REQUIRE(quorum({"--command-config", config, "add-controller"}).status == 0);
  REQUIRE(added == 5);
}

TEST_CASE_METHOD(QuorumFixture, "a controller to be removed is named by its id and its directory") {
  REQUIRE(quorum({"remove-controller", "-i", "2", "-d", "AAAAAAAAAAAAAAAAAAAD6A", "--dry-run"}).out ==
          "DRY RUN of removing  KRaft controller 2 with directory id AAAAAAAAAAAAAAAAAAAD6A\n");
  REQUIRE(quorum({"remove-controller", "-i", "2"})
              .err.ends_with("error: argument --controller-directory-id/-d is required\n"));
}

// Above, what is wrong with one feature is told for all.
constexpr int16_t kWithResults = 1;

class FeaturesFixture : public ToolFixture {
 public:
  FeaturesFixture() {
    broker.more_versions = [](ApiVersionsResponse& response) {
      response.supported_features.push_back(
          {.name = "metadata.version", .min_version = 7, .max_version = 30});
      response.supported_features.push_back({.name = "group.version", .min_version = 0, .max_version = 1});
      response.finalized_features_epoch = 12;
      response.finalized_features.push_back(
          {.name = "metadata.version", .max_version_level = 30, .min_version_level = 30});
    };
    broker.on<UpdateFeaturesRequest, UpdateFeaturesResponse>(
        [this](const UpdateFeaturesRequest& request, int16_t) {
          UpdateFeaturesResponse response;
          response.error_message.reset();
          for (const auto& update : request.feature_updates) {
            asked += std::string(update.feature) + "=" + std::to_string(update.max_version_level) + "/" +
                     std::to_string(update.upgrade_type) + ";";
            auto& result = response.results.emplace_back();
            result.feature = update.feature;
            result.error_message.reset();
            if (update.feature == "group.version") {
              result.error_code = 95;
              result.error_message = "no";
            }
          }
          return response;
        },
        kWithResults);
  }

  Ran features(std::vector<std::string_view> words) {
    words.insert(words.begin(), "b:9092");
    words.insert(words.begin(), "--bootstrap-server");
    return run("kafka-features", std::move(words));
  }

  std::string asked;
};

TEST_CASE_METHOD(FeaturesFixture, "features are described in columns, releases by their names") {
  REQUIRE(features({"describe"}).out ==
          "Feature: group.version                             SupportedMinVersion: 0                "
          "SupportedMaxVersion: 1                FinalizedVersionLevel: 0                Epoch: 12\n"
          "Feature: metadata.version                          SupportedMinVersion: 3.3-IV3          "
          "SupportedMaxVersion: 4.3-IV0          FinalizedVersionLevel: 4.3-IV0          Epoch: 12\n");
}

TEST_CASE_METHOD(FeaturesFixture, "changes are told one by one, and what fails makes the tool fail") {
  const Ran ran =
      features({"upgrade", "--feature", "share.version=1", "--feature", "group.version=1"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.out == "Could not upgrade group.version to 1. no\nshare.version was upgraded to 1.\n");
  REQUIRE(ran.err == "1 out of 2 operation(s) failed.\n");
  REQUIRE(asked == "group.version=1/1;share.version=1/1;");
  asked.clear();
  REQUIRE(features({"disable", "--feature", "share.version", "--unsafe", "--dry-run"}).out ==
          "share.version can be disabled.\n");
  REQUIRE(asked == "share.version=0/3;");
}

TEST_CASE_METHOD(FeaturesFixture, "a release stands for the levels of all features") {
  features({"upgrade", "--release-version", "4.0-IV0"});
  REQUIRE(asked == "group.version=1/1;kraft.version=1/1;metadata.version=22/1;");
}

TEST_CASE_METHOD(FeaturesFixture, "what a release and a level bring is known without a cluster") {
  REQUIRE(run("kafka-features", {"version-mapping", "--release-version", "4.3"}).out ==
          "metadata.version=30 (4.3)\nkraft.version=1\ntransaction.version=2\ngroup.version=1\n"
          "eligible.leader.replicas.version=1\nshare.version=1\nstreams.version=1\n");
  REQUIRE(run("kafka-features", {"feature-dependencies", "--feature", "group.version=1"}).out ==
          "group.version=1 has no dependencies.\n");
  REQUIRE(broker.asked().empty());
}

TEST_CASE_METHOD(FeaturesFixture, "wrong words are told in one line, which has no end") {
  const Ran ran = run("kafka-features", {"describe"});
  REQUIRE(ran.status == 1);
  REQUIRE(ran.err ==
          "Command line error: You must specify either --bootstrap-controller or --bootstrap-server.. Type "
          "--help for help.");
  REQUIRE(features({"levels"}).err.starts_with("Command line error: invalid choice: 'levels' (choose from"));
}

}  // namespace
}  // namespace klamm::cli
