// Connections and threads.
#include "broker/config/definition_rows.h"

namespace klamm::broker::rows {
namespace {

// clang-format off
constexpr ConfigKey kRows[] = {
    {"listeners", kList, "PLAINTEXT://:9092", non_empty_list(), kHigh, kPerBroker,
     acts(),
     "Where this node listens: NAME://host:port, comma-separated. An empty host means every address; port "
     "0 lets the kernel choose. Changes in the file and a restart only, in this release."},
    {"advertised.listeners", kList, kNull, non_empty_list(), kHigh, kReadOnly,
     acts(),
     "The addresses that clients and other nodes are told to use, in the form of listeners; by default "
     "listeners itself."},
    {"listener.security.protocol.map", kString,
     "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", any(), kLow, kPerBroker,
     acts(),
     "The security protocol of each listener name, as NAME:PROTOCOL pairs. Changes as listeners does."},
    {"inter.broker.listener.name", kString, kNull, any(), kMedium, kReadOnly,
     acts(), "The listener that brokers use among themselves."},
    {"security.inter.broker.protocol", kString, "PLAINTEXT",
     one_of("PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL"), kMedium, kReadOnly,
     acts(), "The security protocol between brokers when inter.broker.listener.name is not set."},
    {"early.start.listeners", kList, kNull, list(), kHigh, kReadOnly,
     meaningless("those of controllers always do, and no others"),
     "Listeners that open before the authorizer is ready."},
    {"socket.send.buffer.bytes", kInt, "102400", any(), kHigh, kReadOnly,
     acts(), "SO_SNDBUF of client sockets; -1 and 102400 leave the size to the kernel, which adapts it."},
    {"socket.receive.buffer.bytes", kInt, "102400", any(), kHigh, kReadOnly,
     acts(), "SO_RCVBUF of client sockets; -1 leaves the system's default."},
    {"socket.request.max.bytes", kInt, "104857600", at_least(1), kHigh, kReadOnly,
     acts(), "The largest request that is read; a longer one closes the connection."},
    {"socket.listen.backlog.size", kInt, "50", at_least(1), kMedium, kReadOnly,
     acts(), "How many connections may wait to be accepted."},
    {"max.connections", kInt, "2147483647", at_least(0), kMedium, kClusterWide,
     acts(), "How many connections the node holds at once; also per listener with its prefix."},
    {"max.connections.per.ip", kInt, "2147483647", at_least(0), kMedium, kClusterWide,
     acts(), "How many connections one address may hold."},
    {"max.connections.per.ip.overrides", kString, "", any(), kMedium, kClusterWide,
     acts(), "Other limits for named hosts or addresses, as host:count pairs."},
    {"max.connection.creation.rate", kInt, "2147483647", at_least(0), kMedium, kClusterWide,
     acts(), "New connections per second; also per listener with its prefix."},
    {"connections.max.idle.ms", kLong, "600000", any(), kMedium, kReadOnly,
     acts(), "A connection on which nothing happens for this long is closed."},
    {"connection.failed.authentication.delay.ms", kInt, "100", at_least(0), kLow, kReadOnly,
     acts(),
     "How long the closing of a connection that failed to authenticate is put off."},
    {"queued.max.requests", kInt, "500", at_least(1), kHigh, kReadOnly,
     meaningless("requests run where they arrive; there is no queue"),
     "How many requests may wait for a handler thread in Kafka."},
    {"queued.max.request.bytes", kLong, "-1", any(), kMedium, kReadOnly,
     meaningless("klamm.memory.bytes bounds what requests may hold"),
     "How many bytes of requests may wait in Kafka."},
    {"num.network.threads", kInt, "3", at_least(1), kHigh, kClusterWide,
     meaningless("network loops follow the cores (klamm.loops sets them); obeying 3 would cap the broker"),
     "Threads that Kafka reads and writes sockets with."},
    {"num.io.threads", kInt, "8", at_least(1), kHigh, kClusterWide,
     acts(), "Threads for what may wait for a disk: fsync, cold reads, deletion, recovery."},
    {"background.threads", kInt, "10", at_least(1), kHigh, kClusterWide,
     meaningless("there is no scheduler pool; timers run on the loops"), "Threads of Kafka's scheduler."},
    {"klamm.loops", kInt, "0", at_least(0), kMedium, kReadOnly,
     acts(), "Network loops; 0 makes as many as the cores that the cgroup gives."},
    {"klamm.memory.bytes", kLong, "0", at_least(0), kMedium, kReadOnly,
     acts(),
     "What requests that are read or answered may hold together, three quarters of it those of clients; 0 "
     "takes a quarter of the cgroup's memory."},
};
// clang-format on

}  // namespace

std::span<const ConfigKey> network() { return kRows; }

}  // namespace klamm::broker::rows
