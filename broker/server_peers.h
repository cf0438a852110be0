// How this node gets in at the listeners of other nodes, by its configuration.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "broker/config/node_config.h"
#include "broker/net/peers.h"

namespace klamm::broker {

// Where a node connects to others: the controllers' listener, or that between brokers.
enum class PeerListener { kControllers, kBrokers };

// A failure names what is wrong with the stores of the listener. `now_ms` is wall-clock time.
Result<std::unique_ptr<net::Peers>, Failure> make_peers(const NodeConfig& config, PeerListener which,
                                                        const net::PeerUses& uses, int64_t now_ms);

}  // namespace klamm::broker
