// klamm_bench: load against any broker that speaks Kafka's protocol, and what it cost the broker.

#include <fmt/format.h>

#include <map>

#include "bench/load/runs.h"

namespace {

using namespace klamm::bench;

constexpr std::string_view kUsage =
    "usage: klamm_bench MODE [--option VALUE]... [-- COMMAND...]\n"
    "modes: produce, consume, fill, steady, idle, first-ack, client-produce, client-consume,\n"
    "       groups-join, groups-heartbeat, groups-commit, offsets-write, offsets-served, logins, hostile,\n"
    "       create, controller, settle, elections\n"
    "  --address HOST:PORT  --pid N[,N...]  --topic NAME  --partitions N  --replication-factor N\n"
    "  --record-size BYTES  --codec none|lz4|...  --request-records N  --request-partitions N\n"
    "  --rate RECORDS_PER_S (0: saturate)  --connections N (to each broker)  --in-flight N\n"
    "  --warmup S  --seconds S  --fill-mib N  --fetch-bytes N  --segment-bytes N  --retention-bytes N\n"
    "  --cold-topic NAME  --cold-folder PATH  --cold-rate-mib N   (steady: a slow reader of cold data)\n"
    "  --groups N  --members N  --threads N  --beat-ms N          (groups: a connection for each member)\n"
    "  --folder PATH  --keys N  --topic-id ID                     (offsets-write, with --fill-mib)\n"
    "  --keys N  --records N                                      (offsets-served: what was written)\n"
    "  --ca PEM  --certificate PEM  --key PEM  --cipher SUITE       (TLS 1.3)  --user NAME  --password WORD  "
    "(SCRAM)\n"
    "  --count N  --kind silent|slow|huge|hello                   (logins; hostile connections)\n"
    "  --node-id N  (settle: who has to be back;  elections: who is killed, with --pid, and not the "
    "address)\n"
    "  --log FILE -- COMMAND...                                   (first-ack, offsets-served: what to "
    "start)\n";

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string_view> arguments(argv + 1, argv + argc);
  auto parsed = parse_options(arguments);
  if (!parsed) {
    fmt::print(stderr, "klamm_bench: {}\n{}", parsed.error().message, kUsage);
    return 2;
  }
  const Options& options = *parsed;
  const std::map<std::string_view, Report (*)(const Options&)> modes = {
      {"produce", run_produce},
      {"consume", run_consume},
      {"fill", run_fill},
      {"steady", run_steady},
      {"idle", run_idle},
      {"first-ack", run_first_ack},
      {"groups-join", run_groups_join},
      {"groups-heartbeat", run_groups_heartbeat},
      {"groups-commit", run_groups_commit},
      {"offsets-write", run_offsets_write},
      {"offsets-served", run_offsets_served},
      {"logins", run_logins},
      {"hostile", run_hostile},
      {"create", run_create},
      {"controller", run_controller},
      {"settle", run_settle},
      {"elections", run_elections},
      {"client-produce", run_client_produce},
      {"client-consume", run_client_consume},
  };
  auto mode = modes.find(options.mode);
  const bool starts = options.mode == "first-ack" || options.mode == "offsets-served";
  if (mode == modes.end() || (starts && options.command.empty())) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  Report report = mode->second(options);
  fmt::print(stderr, "{}\n", report.to_line());
  fmt::print("{}\n", report.to_json());
  return 0;
}
