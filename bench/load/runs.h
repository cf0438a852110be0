// The runs that the program's first argument names. Each gives what it found.
#pragma once

#include "bench/load/load.h"
#include "bench/load/report.h"

namespace klamm::bench {

Report run_produce(const Options& options);  // write
Report run_consume(const Options& options);  // read a topic over and over; fill it first if asked
Report run_fill(const Options& options);     // write fill_bytes and end
Report run_steady(const Options& options);   // write, tail what is written, perhaps beside a slow cold reader
Report run_idle(const Options& options);     // only watch the process
Report run_first_ack(
    const Options& options);  // start a broker, and stop the clock at its first acknowledgement
Report run_groups_join(const Options& options);       // all members at once, until each group is whole
Report run_groups_heartbeat(const Options& options);  // of every member
Report run_groups_commit(const Options& options);     // of every member, all partitions of the topic
Report run_offsets_write(const Options& options);     // a partition of the offsets topic, in a folder
Report run_offsets_served(
    const Options& options);                    // start a broker, until that partition's offsets are served
Report run_logins(const Options& options);      // connections that get in and go, beside a good client
Report run_hostile(const Options& options);     // connections that do neither, beside a good client
Report run_create(const Options& options);      // the topic, until all of its leaders answer
Report run_controller(const Options& options);  // which node is the active one
Report run_settle(const Options& options);      // until all replicas are in sync, and preferred leaders lead
Report run_elections(const Options& options);   // kill a node, until others lead what it led
Report run_client_produce(const Options& options);  // as produce and consume, by librdkafka
Report run_client_consume(const Options& options);

}  // namespace klamm::bench
