#include "tests/sim/cluster/apart.h"

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <cstdlib>
#include <type_traits>

#include "base/check.h"

namespace klamm::sim::cluster {
namespace {

constexpr int kToParent = 3;
constexpr const char* kMark = "KLAMM_SIM_APART";
// Behind the script, which is told while it happens: of a process that dies it is all that is known.
constexpr std::string_view kScriptEnd = "\nend\n";

static_assert(std::is_trivially_copyable_v<Counters>);

struct Head {
  int hours_run = 0, hours_counted = 0;
  uint64_t trace_hash = 0;
  Counters counters{};
};

void put(const void* bytes, size_t size) {
  const char* at = static_cast<const char*>(bytes);
  for (size_t done = 0; done < size;) {
    const ssize_t more = write(kToParent, at + done, size - done);
    CHECK(more > 0);
    done += static_cast<size_t>(more);
  }
}

std::string read_all(int from) {
  std::string all;
  std::array<char, 4096> some{};
  for (ssize_t count; (count = read(from, some.data(), some.size())) > 0;)
    all.append(some.data(), static_cast<size_t>(count));
  return all;
}

[[noreturn]] void start_child(const RunOptions& options, int to_parent) {
  dup2(to_parent, kToParent);
  personality(ADDR_NO_RANDOMIZE);
  setenv(kMark, "1", 1);
  const std::string seed = fmt::format("{:020}", options.seed), hours = fmt::format("{:06}", options.hours),
                    minutes = fmt::format("{:06}", options.minutes);
  if (options.script) {
    execl("/proc/self/exe", "klamm_sim", "--level", "cluster", "--seeds", "1", "--script",
          options.script_path.c_str(), nullptr);
    _exit(127);
  }
  const auto flag = [](bool is_set) { return is_set ? "1" : "0"; };
  execl("/proc/self/exe", "klamm_sim", "--level", "cluster", "--seeds", "1", "--seed", seed.c_str(),
        "--hours", hours.c_str(), "--minutes", minutes.c_str(), "--flips", flag(options.flips_bits),
        "--wipes", flag(options.wipes_disks), "--fills", flag(options.fills_disks), "--losses",
        flag(options.loses_writes), "--restores", flag(options.restores_disks), "--twins",
        flag(options.has_twins), nullptr);
  _exit(127);
}

// The script, then the head, then the lines, the last of which is the failure.
RunResult result_of(const std::string& told, int status) {
  RunResult result;
  const size_t script_end = told.find(kScriptEnd);
  result.script = told.substr(0, script_end == std::string::npos ? told.rfind('\n') + 1 : script_end + 1);
  const size_t begin = script_end == std::string::npos ? told.size() : script_end + kScriptEnd.size();
  if (told.size() - begin < sizeof(Head)) {
    result.failure = fmt::format("the process ended with status {}", status);
    return result;
  }
  Head head;
  std::memcpy(&head, told.data() + begin, sizeof head);
  result.hours_run = head.hours_run;
  result.hours_counted = head.hours_counted;
  result.trace_hash = head.trace_hash;
  result.counters = head.counters;
  for (size_t at = begin + sizeof head; at < told.size();) {
    const size_t end = told.find('\n', at);
    result.last_events.push_back(told.substr(at, end - at));
    at = end + 1;
  }
  CHECK(!result.last_events.empty());
  if (!result.last_events.back().empty()) result.failure = result.last_events.back();
  result.last_events.pop_back();
  return result;
}

}  // namespace

RunResult run_apart(const RunOptions& options) {
  if (getenv(kMark) != nullptr) {
    run_for_parent(options);
    _exit(0);
  }
  std::array<int, 2> pipe{};
  CHECK(pipe2(pipe.data(), O_CLOEXEC) == 0);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) start_child(options, pipe[1]);
  ::close(pipe[1]);
  const std::string told = read_all(pipe[0]);
  ::close(pipe[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return result_of(told, status);
}

void run_for_parent(const RunOptions& options) {
  RunOptions once = options;
  once.tells = true;
  once.on_script = [](const std::string& line) { put((line + "\n").data(), line.size() + 1); };
  const RunResult result = run_seed(once);
  const Head head{result.hours_run, result.hours_counted, result.trace_hash, result.counters};
  put("end\n", 4);
  put(&head, sizeof head);
  std::string text;
  if (result.failure) {
    for (const std::string& line : result.last_events) text += line + "\n";
  }
  text += result.failure.value_or("") + "\n";
  put(text.data(), text.size());
}

}  // namespace klamm::sim::cluster
