// Client: what producers, consumers and administrators have in common: connections to brokers, over which
// real requests and responses go, and what they believe about who leads what, and where brokers are reached.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/errors.h"
#include "protocol/wire.h"
#include "tests/sim/cluster/cluster.h"
#include "tests/sim/cluster/sim_peer.h"

namespace klamm::sim::cluster {

using protocol::ErrorCode;

class Client {
 public:
  Client(Cluster& cluster, int32_t number);
  virtual ~Client();

  // No new work is begun; what is under way goes on.
  void rest(bool rests) { rests_ = rests; }
  virtual bool is_idle() const = 0;

 protected:
  struct Leader {
    int32_t node = -1;
    int32_t epoch = -1;
  };

  // `done` is given the answer, or nullptr when none came. Never called from within.
  template <class Response, class Request>
  void ask(int32_t node, const Request& request, int16_t version, int64_t patience_ms,
           std::function<void(const Response*)> done) {
    Bytes body;
    protocol::Writer writer(body);
    request.write(writer, version);
    exchange(node, Request::kKey, version, std::move(body), patience_ms,
             [done = std::move(done), version](const broker::PeerAnswer* answer) {
               if (answer == nullptr) return done(nullptr);
               protocol::Reader reader(answer->body);
               Response response;
               response.read(reader, version);
               done(reader.ok() ? &response : nullptr);
             });
  }

  std::optional<Leader> leader_of(const TopicPartition& where) const;
  // Asks some broker who leads, and calls `then` when it has said, or has not. One at a time.
  void refresh(std::function<void()> then);
  int32_t any_broker();
  // An answer says where a broker is reached: there it is asked from now on.
  void learn_address(int32_t node, int32_t port);
  // On the clients' loop.
  void after(int64_t delay_ms, std::function<void()> task);
  int64_t now_ms() const;
  Random& random() { return cluster_.world.random(); }
  bool rests() const { return rests_; }

  Cluster& cluster_;
  const int32_t number_;

 private:
  using Answered = std::function<void(const broker::PeerAnswer*)>;
  void exchange(int32_t node, int16_t key, int16_t version, Bytes body, int64_t patience_ms, Answered done);

  std::map<int32_t, std::unique_ptr<SimPeer>> peers_;
  std::map<int32_t, uint16_t> ports_;  // of those that have told; the others are where they were at first
  std::vector<std::unique_ptr<SimPeer>> left_;
  std::map<TopicPartition, Leader> leaders_;
  bool refreshing_ = false;
  std::vector<std::function<void()>> after_refresh_;
  bool rests_ = false;
};

}  // namespace klamm::sim::cluster
