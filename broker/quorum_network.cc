#include "broker/quorum_network.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "broker/quorum_requests.h"
#include "broker/quorum_responses.h"

namespace klamm::broker {
namespace {

using raft::ErrorCode;

// Who was not reached where others have heard it is, is not looked for there again before. They go on saying
// so, in every answer, until another one leads.
constexpr int64_t kForgottenMs = 1'000;

// What Raft makes of a peer that gave no answer: it tries again, or asks another one.
ErrorCode code_of(PeerFailure::What what) {
  switch (what) {
    case PeerFailure::What::kUnsupportedVersion:
      return ErrorCode::kUnsupportedVersion;
    case PeerFailure::What::kTimedOut:
      return ErrorCode::kRequestTimedOut;
    case PeerFailure::What::kNotConnected:
    case PeerFailure::What::kRefused:
    case PeerFailure::What::kClosed:
    case PeerFailure::What::kStopped:
      break;
  }
  return ErrorCode::kBrokerNotAvailable;
}

// Kafka's endpoints of leaders have their listeners in capitals.
std::string in_capitals(std::string listener) {
  std::transform(listener.begin(), listener.end(), listener.begin(),
                 [](char letter) { return 'a' <= letter && letter <= 'z' ? letter - 'a' + 'A' : letter; });
  return listener;
}

}  // namespace

// ---- Out

std::optional<NodeAddress> QuorumNetwork::address_of(NodeId replica) const {
  if (replica == uses_.self && !uses_.own_endpoints.empty()) {
    const raft::Endpoint& own = uses_.own_endpoints.front();
    return NodeAddress{own.host, own.port};
  }
  for (const auto* known : {&heard_, &configured_}) {
    if (const auto found = known->find(replica); found != known->end()) return found->second;
  }
  return std::nullopt;
}

std::vector<raft::Voter> QuorumNetwork::voters_of(const raft::Voters& voters) const {
  std::vector<raft::Voter> all;
  for (raft::Voter voter : voters) {
    const auto address = address_of(voter.key.id);
    if (voter.endpoints.empty() && address)
      voter.endpoints.push_back({uses_.listener, address->host, address->port});
    all.push_back(std::move(voter));
  }
  return all;
}

Peer* QuorumNetwork::peer_of(NodeId replica) {
  std::unique_ptr<Peer>& peer = peers_[replica];
  if (peer != nullptr) return peer.get();
  const auto address = address_of(replica);
  if (!address) return nullptr;
  peer = uses_.connect(replica, *address);
  peer->on_disconnect([this, replica] { driver_->disconnected(replica); });
  return peer.get();
}

void QuorumNetwork::ask(raft::Message message) {
  if (stopped_) return;
  auto asked = std::make_shared<Asked>(
      Asked{message.to, message.correlation, std::move(std::get<raft::Request>(message.body))});
  // Nobody knows where that is: Raft hears of it when its request times out, and has asked others meanwhile.
  if (Peer* peer = peer_of(message.to)) send(*peer, std::move(asked));
}

void QuorumNetwork::send(Peer& peer, std::shared_ptr<Asked> asked) {
  const VersionRange versions = versions_of(asked->request);
  PeerRequest request{.key = api_key_of(asked->request),
                      .version_min = versions.min,
                      .version_max = versions.max,
                      .encode = {},
                      .deadline_ms = uses_.loop.now_ms() + uses_.request_timeout_ms};
  request.encode = [this, asked](int16_t version, Bytes& out) {
    const size_t before = out.size();
    encode_quorum_request(asked->request, uses_.own_endpoints, version, out);
    count(metrics::NodeCounter::kQuorumRequests, metrics::NodeCounter::kQuorumBytesOut, out.size() - before);
  };
  peer.send(std::move(request),
            [this, asked](Result<PeerAnswer, PeerFailure> answer) { on_answer(*asked, std::move(answer)); });
}

void QuorumNetwork::count(metrics::NodeCounter messages, metrics::NodeCounter bytes, size_t size) const {
  if (uses_.stats == nullptr) return;
  uses_.stats->counters.add(messages);
  uses_.stats->counters.add(bytes, static_cast<int64_t>(size));
}

void QuorumNetwork::on_answer(const Asked& asked, Result<PeerAnswer, PeerFailure> answer) {
  if (stopped_) return;
  if (answer) {
    count(metrics::NodeCounter::kQuorumResponses, metrics::NodeCounter::kQuorumBytesIn,
          answer->frame.size());
  }
  const bool is_refused = !answer && answer.error().what == PeerFailure::What::kRefused;
  const bool is_unreached =
      is_refused || (!answer && answer.error().what == PeerFailure::What::kNotConnected);
  driver_->step({.from = asked.replica,
                 .to = uses_.self,
                 .correlation = asked.correlation,
                 .body = response_of(asked, std::move(answer))});
  // A process that has gone before its connection was used again. What else keeps a connection from being
  // made (a name server, a certificate, a firewall that drops) says nothing of it.
  if (is_refused && !stopped_) driver_->disconnected(asked.replica);
  if (is_unreached && !stopped_) forget(asked.replica);
}

raft::Response QuorumNetwork::response_of(const Asked& asked, Result<PeerAnswer, PeerFailure> answer) {
  if (!answer) return unanswered(asked.request, code_of(answer.error().what));
  auto kept = std::make_shared<PeerAnswer>(std::move(*answer));
  auto decoded =
      decode_quorum_response(api_key_of(asked.request), kept->version, raft::Payload{kept, kept->body});
  if (!decoded) {
    LOG_WARN_LIMITED("[RaftManager id={}] node {} has given an answer that cannot be read: {}",
                     uses_.self.value, asked.replica.value, decoded.error().message);
    return unanswered(asked.request, ErrorCode::kCorruptMessage);
  }
  const raft::Raft& raft = driver_->raft();
  const QuorumRefusals::Known known{raft.epoch(), raft.high_watermark()};
  if (const auto line = refusals_.on_answer(asked.replica, decoded->response, known))
    log_line(line->level, line->text, __FILE__);
  hear_of_leader(decoded->response, std::move(decoded->leader_address));
  return std::move(decoded->response);
}

// A leader that cannot be reached is not followed.
void QuorumNetwork::hear_of_leader(raft::Response& response, std::optional<NodeAddress> address) {
  std::visit(
      [&](auto& known) {
        if (known.leader == kNoNode || known.leader == uses_.self) return;
        const bool is_strangers = known.error == ErrorCode::kInconsistentClusterId;
        if (address && !is_strangers && may_learn_of(known.leader, known.epoch))
          learn(known.leader, *std::move(address));
        if (!address_of(known.leader)) known.leader = kNoNode;
      },
      response);
}

bool QuorumNetwork::may_learn_of(NodeId leader, Epoch epoch) const {
  const raft::Raft& raft = driver_->raft();
  if (leader < NodeId{0} || leader == uses_.self || epoch < raft.epoch()) return false;
  return epoch > raft.epoch() || raft.leader() == kNoNode || raft.leader() == leader;
}

void QuorumNetwork::learn_from(const raft::BeginQuorumEpochRequest& begin,
                               const std::vector<raft::Endpoint>& endpoints) {
  const bool is_strangers = begin.cluster_id && *begin.cluster_id != uses_.cluster_id;
  if (is_strangers || !may_learn_of(begin.leader, begin.epoch)) return;
  for (const raft::Endpoint& endpoint : endpoints) {
    if (endpoint.listener == in_capitals(uses_.listener)) learn(begin.leader, {endpoint.host, endpoint.port});
  }
}

void QuorumNetwork::learn(NodeId replica, NodeAddress address) {
  const auto before = address_of(replica);
  if (before == address || is_forgotten(replica, address)) return;
  if (before) {
    LOG_INFO("[RaftManager id={}] node {} is reached at {}:{} from now on", uses_.self.value, replica.value,
             address.host, address.port);
  }
  heard_[replica] = std::move(address);
  if (uses_.on_moved) uses_.on_moved(replica);
  disconnect(replica);
}

// As Kafka, which goes by what a leader says of itself for as long as that leads, and asks the others where
// they are configured.
void QuorumNetwork::forget(NodeId replica) {
  const auto heard = heard_.find(replica);
  const auto known = configured_.find(replica);
  if (heard == heard_.end() || known == configured_.end() || heard->second == known->second) return;
  LOG_INFO("[RaftManager id={}] node {} is not reached at {}:{}, and is tried at {}:{}", uses_.self.value,
           replica.value, heard->second.host, heard->second.port, known->second.host, known->second.port);
  forgotten_[replica] = {std::move(heard->second), uses_.loop.now_ms() + kForgottenMs};
  heard_.erase(heard);
  if (uses_.on_moved) uses_.on_moved(replica);
  disconnect(replica);
}

bool QuorumNetwork::is_forgotten(NodeId replica, const NodeAddress& address) const {
  const auto found = forgotten_.find(replica);
  return found != forgotten_.end() && found->second.address == address &&
         uses_.loop.now_ms() < found->second.until_ms;
}

void QuorumNetwork::disconnect(NodeId replica) {
  const auto found = peers_.find(replica);
  if (found == peers_.end() || found->second == nullptr) return;
  // What waits there is answered from within, and may ask anew.
  const std::unique_ptr<Peer> old = std::move(found->second);
  peers_.erase(found);
  old->stop();
}

// ---- In

void QuorumNetwork::handle(Request request, Reply reply) {
  if (stopped_) return reply.close();
  auto decoded = decode_quorum_request(request.header.api_key, request.header.api_version, request.body,
                                       uses_.cluster_id);
  if (!decoded) {
    LOG_WARN_LIMITED("[RaftManager id={}] a request of {} is refused: {}", uses_.self.value,
                     request.client->host, decoded.error().why);
    return decoded.error().answer ? reply.send(*decoded.error().answer) : reply.close();
  }
  if (const auto* begin = std::get_if<raft::BeginQuorumEpochRequest>(&decoded->request))
    learn_from(*begin, decoded->leader_endpoints);
  const int64_t correlation = ++last_correlation_;
  callers_.emplace(correlation, std::move(reply));
  driver_->step(
      {.from = kNoNode, .to = uses_.self, .correlation = correlation, .body = std::move(decoded->request)});
}

void QuorumNetwork::refuse(const Request& request, Reply reply) const {
  auto decoded = decode_quorum_request(request.header.api_key, request.header.api_version, request.body,
                                       uses_.cluster_id);
  // Whatever else is wrong with it is not told; but what cannot be read ends its connection.
  if (!decoded && !decoded.error().answer) return reply.close();
  reply.send(QuorumAnswer(unanswered(request.header.api_key, ErrorCode::kClusterAuthorizationFailed)));
}

void QuorumNetwork::answer(raft::Message message, Bytes bytes) {
  auto found = callers_.extract(message.correlation);
  if (found.empty()) return;
  const QuorumAnswer answer(
      std::move(std::get<raft::Response>(message.body)), [this](NodeId id) { return address_of(id); },
      protocol::Records{bytes});
  found.mapped().send(answer);
}

void QuorumNetwork::stop() {
  if (stopped_) return;
  stopped_ = true;
  // What waits is answered from within, and asks for nothing any more. Connections end on their loop.
  for (const auto& [replica, peer] : std::exchange(peers_, {})) {
    if (peer != nullptr) peer->stop();
  }
  callers_.clear();
}

}  // namespace klamm::broker
