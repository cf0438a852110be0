#include "tests/fuzz/tool_seeds.h"

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "protocol/frame.h"
#include "protocol/messages/consumer_protocol_assignment.h"
#include "protocol/messages/consumer_protocol_subscription.h"
#include "protocol/messages/describe_acls_request.h"
#include "protocol/messages/describe_acls_response.h"
#include "protocol/messages/describe_configs_request.h"
#include "protocol/messages/describe_configs_response.h"
#include "protocol/messages/describe_groups_request.h"
#include "protocol/messages/describe_groups_response.h"
#include "protocol/messages/describe_log_dirs_request.h"
#include "protocol/messages/describe_log_dirs_response.h"
#include "protocol/messages/describe_quorum_request.h"
#include "protocol/messages/describe_quorum_response.h"
#include "protocol/messages/elect_leaders_request.h"
#include "protocol/messages/elect_leaders_response.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/find_coordinator_request.h"
#include "protocol/messages/find_coordinator_response.h"
#include "protocol/messages/init_producer_id_request.h"
#include "protocol/messages/init_producer_id_response.h"
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/join_group_response.h"
#include "protocol/messages/leave_group_request.h"
#include "protocol/messages/leave_group_response.h"
#include "protocol/messages/list_groups_request.h"
#include "protocol/messages/list_groups_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/messages/list_partition_reassignments_request.h"
#include "protocol/messages/list_partition_reassignments_response.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"
#include "protocol/messages/offset_fetch_request.h"
#include "protocol/messages/offset_fetch_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "protocol/messages/sync_group_request.h"
#include "protocol/messages/sync_group_response.h"
#include "protocol/record_batch_builder.h"
#include "tests/cli/tool_fixture.h"
#include "tests/fuzz/tool_runs.h"

namespace klamm::cli {
namespace {

using namespace protocol;

template <class Message>
Bytes versioned(const Message& message) {
  Bytes bytes;
  Writer writer(bytes);
  writer.i16(0);
  message.write(writer, 0);
  return bytes;
}

// A cluster of one node with the topic `t` of two partitions and the group `g` of one member.
class SeedBroker : public ToolFixture {
 public:
  SeedBroker() {
    topics = {{.name = "t", .partitions = {{}, {}}}};
    ConsumerProtocolAssignment assigned;
    assigned.assigned_partitions.push_back({.topic = "t", .partitions = {0}});
    assignment_ = versioned(assigned);
    ConsumerProtocolSubscription wanted;
    wanted.topics = {"t"};
    subscription_ = versioned(wanted);
    RecordBatchBuilder builder(BatchFields{});
    for (int i = 0; i < 5; ++i) builder.append(1'000, as_bytes("key"), as_bytes("value"));
    batch_ = builder.build();
    answer_groups();
    answer_members();
    answer_records();
    answer_operators();
  }

 private:
  void answer_groups() {
    // Before the bootstrap server, as names go: so that it is the one which is asked for anything.
    broker.on<FindCoordinatorRequest, FindCoordinatorResponse>([](const FindCoordinatorRequest&, int16_t) {
      FindCoordinatorResponse response;
      auto& one = response.coordinators.emplace_back();
      one.key = "g";
      one.node_id = 1;
      one.host = "a";
      one.port = 9092;
      return response;
    });
    broker.on<ListGroupsRequest, ListGroupsResponse>([](const ListGroupsRequest&, int16_t) {
      ListGroupsResponse response;
      response.groups.push_back({"g", "consumer", "Stable", "Classic"});
      return response;
    });
    broker.on<DescribeGroupsRequest, DescribeGroupsResponse>([this](const DescribeGroupsRequest&, int16_t) {
      DescribeGroupsResponse response;
      auto& group = response.groups.emplace_back();
      group.group_id = "g";
      group.group_state = "Stable";
      group.protocol_type = "consumer";
      group.protocol_data = "range";
      auto& member = group.members.emplace_back();
      member.member_id = "m";
      member.client_id = "client";
      member.client_host = "/127.0.0.1";
      member.member_assignment = assignment_;
      return response;
    });
    broker.on<OffsetFetchRequest, OffsetFetchResponse>([](const OffsetFetchRequest&, int16_t) {
      OffsetFetchResponse response;
      auto& group = response.groups.emplace_back();
      group.group_id = "g";
      auto& topic = group.topics.emplace_back();
      topic.name = "t";
      topic.partitions.push_back({.partition_index = 0, .committed_offset = 0});
      return response;
    });
  }

  void answer_members() {
    broker.on<JoinGroupRequest, JoinGroupResponse>([this](const JoinGroupRequest&, int16_t) {
      JoinGroupResponse response;
      response.generation_id = 1;
      response.protocol_type = "consumer";
      response.protocol_name = "range";
      response.leader = "m";
      response.member_id = "m";
      auto& member = response.members.emplace_back();
      member.member_id = "m";
      member.metadata = subscription_;
      return response;
    });
    broker.on<SyncGroupRequest, SyncGroupResponse>([this](const SyncGroupRequest&, int16_t) {
      SyncGroupResponse response;
      response.assignment = assignment_;
      return response;
    });
    answer_empty<OffsetCommitRequest, OffsetCommitResponse>();
    answer_empty<LeaveGroupRequest, LeaveGroupResponse>();
  }

  void answer_records() {
    broker.on<ListOffsetsRequest, ListOffsetsResponse>([](const ListOffsetsRequest& request, int16_t) {
      ListOffsetsResponse response;
      for (const auto& topic : request.topics) {
        auto& made = response.topics.emplace_back();
        made.name = topic.name;
        for (const auto& one : topic.partitions) {
          made.partitions.push_back(
              {.partition_index = one.partition_index, .offset = one.timestamp == -1 ? 5 : 0});
        }
      }
      return response;
    });
    broker.on<FetchRequest, FetchResponse>([this](const FetchRequest&, int16_t) {
      clock.now_ms += 600;
      FetchResponse response;
      auto& topic = response.responses.emplace_back();
      topic.topic = "t";
      topic.partitions.emplace_back().records = Records{.bytes = batch_};
      return response;
    });
    broker.on<InitProducerIdRequest, InitProducerIdResponse>([](const InitProducerIdRequest&, int16_t) {
      InitProducerIdResponse response;
      response.producer_id = 42;
      return response;
    });
    broker.on<ProduceRequest, ProduceResponse>([](const ProduceRequest&, int16_t) {
      ProduceResponse response;
      auto& topic = response.responses.emplace_back();
      topic.name = "t";
      topic.partition_responses.emplace_back();
      return response;
    });
  }

  void answer_operators() {
    broker.on<DescribeConfigsRequest, DescribeConfigsResponse>([](const DescribeConfigsRequest&, int16_t) {
      DescribeConfigsResponse response;
      auto& result = response.results.emplace_back();
      result.resource_type = 2;
      result.resource_name = "t";
      auto& entry = result.configs.emplace_back();
      entry.name = "retention.ms";
      entry.value = "60000";
      entry.config_source = 1;
      return response;
    });
    broker.on<DescribeLogDirsRequest, DescribeLogDirsResponse>([](const DescribeLogDirsRequest&, int16_t) {
      DescribeLogDirsResponse response;
      auto& result = response.results.emplace_back();
      result.log_dir = "/data";
      auto& topic = result.topics.emplace_back();
      topic.name = "t";
      topic.partitions.push_back({.partition_index = 0, .partition_size = 100});
      return response;
    });
    broker.on<DescribeQuorumRequest, DescribeQuorumResponse>([](const DescribeQuorumRequest&, int16_t) {
      DescribeQuorumResponse response;
      auto& partition = response.topics.emplace_back().partitions.emplace_back();
      partition.leader_id = 1;
      partition.current_voters.push_back({.replica_id = 1, .log_end_offset = 9});
      partition.current_voters.push_back({.replica_id = 2, .log_end_offset = 7});
      return response;
    });
    broker.on<DescribeAclsRequest, DescribeAclsResponse>([](const DescribeAclsRequest&, int16_t) {
      DescribeAclsResponse response;
      auto& resource = response.resources.emplace_back();
      resource.resource_type = 2;
      resource.resource_name = "t";
      resource.acls.push_back({"User:alice", "*", 3, 3});
      return response;
    });
    answer_empty<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>();
    answer_empty<ElectLeadersRequest, ElectLeadersResponse>();
  }

  template <class Request, class Response>
  void answer_empty() {
    broker.on<Request, Response>([](const Request&, int16_t) { return Response(); });
  }

  Bytes assignment_;
  Bytes subscription_;
  Bytes batch_;
};

// Keeps what is answered over it, as the target takes it.
class RecordingStream final : public Stream {
 public:
  RecordingStream(std::unique_ptr<Stream> inner, std::vector<Bytes>& answers)
      : inner_(std::move(inner)), answers_(answers) {}

  Attempt<> send(ByteView bytes, const Deadline& deadline) override {
    key_ = static_cast<int16_t>(load_be16(bytes.data() + 4));
    version_ = static_cast<int16_t>(load_be16(bytes.data() + 6));
    frame_.clear();
    return inner_->send(bytes, deadline);
  }
  Attempt<size_t> receive(std::span<uint8_t> into, const Deadline& deadline) override {
    auto got = inner_->receive(into, deadline);
    if (!got) return got;
    frame_.insert(frame_.end(), into.begin(), into.begin() + static_cast<ptrdiff_t>(*got));
    if (frame_.size() >= 4 && frame_.size() == 4 + load_be32(frame_.data())) keep();
    return got;
  }

 private:
  void keep() {
    if (key_ == 18) return;
    Reader reader(ByteView(frame_).subspan(4));
    read_response_header(reader, key_, version_);
    write_tool_answer(answers_.emplace_back(), 0, reader.rest());
  }

  const std::unique_ptr<Stream> inner_;
  std::vector<Bytes>& answers_;
  Bytes frame_;
  int16_t key_ = 0;
  int16_t version_ = 0;
};

class RecordingNetwork final : public Network {
 public:
  explicit RecordingNetwork(Network& inner) : inner_(inner) {}

  Attempt<std::unique_ptr<Stream>> connect(const HostPort& to, const Deadline& deadline) override {
    auto made = inner_.connect(to, deadline);
    if (!made) return made;
    return std::unique_ptr<Stream>(std::make_unique<RecordingStream>(*std::move(made), answers));
  }
  void pause(int64_t ms) override { inner_.pause(ms); }

  std::vector<Bytes> answers;

 private:
  Network& inner_;
};

std::vector<Bytes> answers_to(const ToolRun& chosen) {
  SeedBroker bench;
  RecordingNetwork network(bench.broker);
  TextSink out, err;
  Console console(out, err);
  TextSource input("a\nb\n");
  Session session{.console = console,
                  .input = input,
                  .disk = bench.disk,
                  .network = network,
                  .clock = bench.clock,
                  .random = bench.random,
                  .environment = [](const std::string&) { return std::optional<std::string>(); },
                  .program = std::string(chosen.tool),
                  .is_native = chosen.is_native};
  std::vector<std::string_view> words = {"--bootstrap-server", "b:9092"};
  words.insert(words.end(), chosen.words.begin(), chosen.words.end());
  find_tool_by_name(chosen.tool)->run(session, words);
  return std::move(network.answers);
}

// The answers from the first on; before that of number `lost` a connection is lost.
Bytes seed_of(size_t run, const std::vector<Bytes>& answers, size_t lost) {
  Bytes seed = {static_cast<uint8_t>(run), 0, 0};
  for (size_t i = 0; i < answers.size(); ++i) {
    if (i == lost) write_tool_answer(seed, kRaw | kCloses, {});
    seed.insert(seed.end(), answers[i].begin(), answers[i].end());
  }
  return seed;
}

}  // namespace

void write_tool_seeds(const WriteSeed& write) {
  for (size_t run = 0; run < tool_runs().size(); ++run) {
    const ToolRun& chosen = tool_runs()[run];
    const std::vector<Bytes> answers = answers_to(chosen);
    const std::string name = std::to_string(run) + "-" + std::string(chosen.tool);
    write(name, seed_of(run, answers, answers.size()));
    const bool is_long = answers.size() > 4;
    for (size_t lost = 0; is_long && lost < answers.size(); ++lost)
      write(name + "-lost-" + std::to_string(lost), seed_of(run, answers, lost));
  }
}

}  // namespace klamm::cli
