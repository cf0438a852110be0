// Requests whose answer waits for topics that are created for them: Metadata, where topics are created
// automatically, and FindCoordinator, whatever the configuration says of that.
#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "broker/controller/topics.h"
#include "broker/coordinator/internal_topics.h"
#include "broker/handlers/cluster.h"
#include "broker/server_dispatch.h"

namespace klamm::broker {
namespace {

// Partitions and replicas may be left to the broker's defaults (KIP-464).
constexpr int16_t kFirstVersionWithoutCounts = 4;

constexpr int64_t kPatienceMs = 1'000;

// What would help, behind what the controller said.
std::string remedy_for(std::string_view topic, ErrorCode code, size_t brokers) {
  if (topic != kOffsetsTopic || code != ErrorCode::kInvalidReplicationFactor) return "";
  return fmt::format(
      " Consumer groups are not served before; set offsets.topic.replication.factor to at most {}, the "
      "brokers "
      "that there are, or start more",
      brokers);
}

void tell_of(const protocol::CreateTopicsResponse& response, size_t brokers) {
  for (const auto& result : response.topics) {
    auto code = static_cast<ErrorCode>(result.error_code);
    // Somebody else was faster: the topic is there.
    if (code == ErrorCode::kNone || code == ErrorCode::kTopicAlreadyExists) continue;
    LOG_WARN_LIMITED("the topic {} cannot be created automatically: {}{}", result.name,
                     result.error_message.value_or(protocol::name_of(code)),
                     remedy_for(result.name, code, brokers));
  }
}

// Its views are into the bytes.
std::optional<protocol::CreateTopicsResponse> read_created(ByteView body, int16_t version) {
  protocol::Reader reader(body);
  protocol::CreateTopicsResponse response;
  response.read(reader, version);
  return reader.ok() ? std::optional(std::move(response)) : std::nullopt;
}

}  // namespace

// As this broker, in whose name what it needs itself is created.
void ServerDispatch::create_for_itself(protocol::CreateTopicsRequest creation, std::shared_ptr<Texts> texts,
                                       Created created) {
  ControllerRequest request;
  request.key = protocol::CreateTopicsRequest::kKey;
  request.version_min = kFirstVersionWithoutCounts;
  request.version_max = protocol::CreateTopicsRequest::kVersionMax;
  request.deadline_ms = uses_.quorum_loop.now_ms() + uses_.config.broker.request_timeout_ms;
  request.encode = [creation = std::move(creation), texts = std::move(texts)](int16_t version, Bytes& out) {
    protocol::Writer writer(out);
    creation.write(writer, version);
  };
  uses_.controller_client.send(std::move(request), [created = std::move(created)](auto came) mutable {
    if (!came) return created(std::nullopt);
    created(read_created(came->body, came->version));
  });
}

// As the client who asked for the topics: the controller looks at his rights too, and logs whose they are.
void ServerDispatch::create_for_client(const protocol::CreateTopicsRequest& creation, const Request& client,
                                       Created created) {
  Bytes bytes;
  protocol::RequestHeader header = client.header;
  header.api_key = protocol::CreateTopicsRequest::kKey;
  header.api_version = protocol::CreateTopicsRequest::kVersionMax;
  protocol::Writer writer(bytes);
  header.write(writer);
  creation.write(writer, header.api_version);
  Request request = client;
  request.become(std::move(bytes));
  uses_.forwarding.ask(std::move(request), [created = std::move(created)](auto came) mutable {
    if (!came) return created(std::nullopt);
    created(read_created(came->body, protocol::CreateTopicsRequest::kVersionMax));
  });
}

// A topic is created once at a time: who asks for it meanwhile is told that it is not there yet. Whoever
// waits does so for a second; what was asked for goes on.
void ServerDispatch::create_elsewhere(protocol::CreateTopicsRequest creation, std::shared_ptr<Texts> texts,
                                      const std::optional<Request>& client, Answer answer) {
  std::erase_if(creation.topics, [this](const auto& topic) { return !creating_.emplace(topic.name).second; });
  if (creation.topics.empty()) return answer(ErrorCode::kRequestTimedOut);
  creation.timeout_ms = uses_.config.broker.request_timeout_ms;
  std::vector<std::string> names;
  for (const auto& topic : creation.topics) names.emplace_back(topic.name);
  auto waiting = std::make_shared<Answer>(std::move(answer));
  const TimerId patience = uses_.quorum_loop.call_at(uses_.quorum_loop.now_ms() + kPatienceMs, [waiting] {
    std::exchange(*waiting, nullptr)(ErrorCode::kRequestTimedOut);
  });
  Created created = [this, names = std::move(names), waiting, patience](auto response) {
    for (const std::string& name : names) creating_.erase(name);
    if (response) tell_of(*response, uses_.images.get()->brokers().brokers().size());
    if (*waiting == nullptr) return;
    uses_.quorum_loop.cancel(patience);
    std::exchange(*waiting, nullptr)(response ? ErrorCode::kNone : ErrorCode::kRequestTimedOut);
  };
  if (client) return create_for_client(creation, *client, std::move(created));
  create_for_itself(std::move(creation), std::move(texts), std::move(created));
}

void ServerDispatch::create_automatically(
    absl::AnyInvocable<void(protocol::CreateTopicsRequest&, Texts&)> describe, std::optional<Request> client,
    Answer answer) {
  uses_.quorum_loop.post([this, describe = std::move(describe), client = std::move(client),
                          answer = std::move(answer)]() mutable {
    protocol::CreateTopicsRequest creation;
    auto texts = std::make_shared<Texts>();
    describe(creation, *texts);
    if (!uses_.controller.is_active())
      return create_elsewhere(std::move(creation), std::move(texts), client, std::move(answer));
    ControllerView view = uses_.controller.view();
    view.describe_topic_config = nullptr;
    // As it is charged where the controller is elsewhere: as a CreateTopics of the client's.
    MutationQuota quota = client ? mutations(*client, 0) : MutationQuota();
    view.charge_partitions = [&quota](size_t partitions) { return quota.charge(partitions); };
    auto decided = decide_create_topics(view, creation);
    tell_of(decided.response, view.image.brokers().brokers().size());
    uses_.controller.perform(std::move(decided.decision), std::move(answer));
  });
}

// Kafka answers at once that the topic is not there yet, and the client asks again. Here the answer waits
// until it is, but where another node is the controller for a second at most. A topic that cannot be made is
// one that is not there, as Kafka tells it.
void ServerDispatch::create_missing(Request request, Reply reply, std::vector<std::string> missing) {
  auto describe = [this, missing = std::move(missing)](protocol::CreateTopicsRequest& creation,
                                                       Texts& texts) {
    for (const std::string& name : missing) {
      if (name == kOffsetsTopic) {
        creation.topics.push_back(offsets_topic(uses_.config.groups, texts));
        continue;
      }
      auto& topic = creation.topics.emplace_back();
      topic.name = texts.keep(name);
      topic.num_partitions = -1;
      topic.replication_factor = -1;
    }
  };
  Request client = request;
  auto answer = [this, request = std::move(request), reply = std::move(reply)](ErrorCode) mutable {
    protocol::MetadataRequest body;
    CHECK(read_body(request, body));
    auto image = uses_.images.get();
    const Access allowed = access(*image, request);
    const ClusterUses uses{*image, uses_.cluster_id, *request.client, uses_.config.id, allowed};
    reply.send(metadata(body, reply.version(), uses, uses_.config.broker.auto_create_topics));
  };
  create_automatically(std::move(describe), std::move(client), std::move(answer));
}

void ServerDispatch::answer_find_coordinator(Request request, Reply reply) {
  protocol::FindCoordinatorRequest asked;
  if (!read_body(request, asked)) return reply.close();
  const auto before = uses_.images.get();
  const bool must_create = needs_offsets_topic(asked, reply.version(), *before, access(*before, request));
  auto answer = [this, request = std::move(request), reply = std::move(reply)](ErrorCode) mutable {
    protocol::FindCoordinatorRequest body;
    CHECK(read_body(request, body));
    auto image = uses_.images.get();
    const Access allowed = access(*image, request);
    const ClusterUses uses{*image, uses_.cluster_id, *request.client, uses_.config.id, allowed};
    reply.send(find_coordinator(body, reply.version(), uses, uses_.groups.partitions()));
  };
  if (!must_create) return answer(ErrorCode::kNone);
  create_automatically(
      [this](protocol::CreateTopicsRequest& creation, Texts& texts) {
        creation.topics.push_back(offsets_topic(uses_.config.groups, texts));
      },
      std::nullopt, std::move(answer));
}

}  // namespace klamm::broker
