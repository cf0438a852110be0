// ServerConnection: what comes over a connection to a node, as broker/net has it: requests begin in their
// order, and their answers go out in it; none begins while the other end reads too little of them.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "broker/net/pipeline.h"
#include "broker/request.h"
#include "tests/sim/cluster/network.h"
#include "tests/sim/cluster/sim_loop.h"

namespace klamm::sim::cluster {

class ServerConnection final : public WireEnd,
                               public broker::ReplySink,
                               public std::enable_shared_from_this<ServerConnection> {
 public:
  struct Uses {
    Network& network;
    std::shared_ptr<SimLoop> loop;
    broker::RequestHandler& handler;
    std::function<void(int16_t key)> on_request;
  };
  ServerConnection(Uses uses, std::shared_ptr<const broker::ClientInfo> client, std::shared_ptr<Wire> wire)
      : uses_(std::move(uses)), client_(std::move(client)), wire_(std::move(wire)) {}

  // WireEnd.
  void on_frame(Bytes frame) override;
  void on_closed() override;
  void on_room() override;
  // ReplySink.
  void deliver(uint64_t slot, broker::Response response) override;
  void allow_next(uint64_t slot) override;
  void park(uint64_t slot, std::weak_ptr<broker::Parked> parked) override;

  // The node stops: what waits is answered now.
  void hurry();
  // The process has gone: nothing is done any more.
  void drop();

 private:
  void turn();
  bool begin_next();
  void close();
  void send(broker::Response response);

  const Uses uses_;
  const std::shared_ptr<const broker::ClientInfo> client_;
  const std::shared_ptr<Wire> wire_;
  std::deque<Bytes> received_;
  broker::net::Pipeline pipeline_;
  bool closed_ = false;
  bool in_turn_ = false;
};

}  // namespace klamm::sim::cluster
