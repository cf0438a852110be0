// What getting in costs a broker, and what those cost who never do: beside a good client, whose latencies are
// taken before and meanwhile.
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "bench/load/measure.h"
#include "bench/load/producer.h"
#include "bench/load/runs.h"

namespace klamm::bench {
namespace {

constexpr double kGoodRate = 1000;
constexpr double kAfterS = 12;  // longer than brokers wait for who does not log in
constexpr int64_t kSecondNs = 1'000'000'000;

// A producer of a thousand records a second, in requests of one.
class Good {
 public:
  Good(const Options& options, const Topic& topic) : options_(paced(options)), tallies_(1) {
    producer_ = std::make_unique<Producer>(options_, topic, only_share(topic), window_, tallies_[0], nullptr);
    thread_ = std::thread([this] { producer_->run(); });
  }

  void record(bool on) { window_.recording = on; }
  const Histogram& end() {
    window_.stopping = true;
    thread_.join();
    return tallies_[0].latencies;
  }

 private:
  static Options paced(Options options) {
    options.rate = kGoodRate;
    options.request_records = 1;
    options.connections = 1;
    return options;
  }

  const Options options_;
  Window window_;
  std::vector<Tally> tallies_;
  std::unique_ptr<Producer> producer_;
  std::thread thread_;
};

// The good client's own latencies, and what it costs a second.
double measure_quiet(const Options& options, const Topic& topic, Report& report) {
  Good good(options, topic);
  sleep_until_ns(after(options.warmup_s));
  good.record(true);
  const double before = stats_of(options.pids).cpu_s;
  sleep_until_ns(after(options.seconds));
  const double cpu_s = stats_of(options.pids).cpu_s - before;
  good.record(false);
  report.set_latencies("quiet_", good.end());
  return cpu_s / options.seconds;
}

// ---- Who does not get in

int connect_or_give_up(const Address& address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.port)));
  inet_pton(AF_INET, address.host.c_str(), &to.sin_addr);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) give_up("no more sockets: raise the limit of open files");
  ::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to);
  return socket;
}

bool is_closed(int socket) {
  uint8_t bytes[512];
  const ssize_t got = ::recv(socket, bytes, sizeof bytes, 0);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != ENOTCONN);
}

// Many connections at once. Whoever is sent away comes again, so that there are as many all the time.
class Hostile {
 public:
  Hostile(const Options& options) : options_(options), hello_(client_hello(options.address.tls)) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    thread_ = std::thread([this] { run(); });
  }

  bool all_came() const { return came_ >= options_.count; }
  int64_t came() const { return came_; }
  void end() {
    stopping_ = true;
    thread_.join();
  }

 private:
  struct One {
    int socket = -1;
    size_t sent = 0;
  };

  Bytes first_words() const {
    if (options_.kind == "huge") return {0x7f, 0xff, 0xff, 0xff, 0, 18, 0, 0};
    if (options_.kind == "hello") return hello_;
    return {};
  }

  // What a slow one sends a byte at a time: the size of a request, and the request's beginning.
  void poke(One& one) const {
    static constexpr uint8_t kRequest[] = {0, 0, 0, 60, 0, 18, 0, 0, 0, 0, 0, 1, 0, 4};
    const bool tls = !hello_.empty();
    const uint8_t byte = tls ? hello_[one.sent % hello_.size()] : kRequest[one.sent % sizeof kRequest];
    if (options_.kind == "slow" && ::send(one.socket, &byte, 1, MSG_NOSIGNAL) == 1) ++one.sent;
  }

  void run() {
    std::vector<One> all(static_cast<size_t>(options_.count));
    const Bytes words = first_words();
    while (!stopping_) {
      const int64_t next = now_ns() + kSecondNs;
      for (One& one : all) {
        if (stopping_) break;
        if (one.socket >= 0 && is_closed(one.socket)) close_one(one);
        if (one.socket < 0) {
          one.socket = connect_or_give_up(options_.address);
          ++came_;
        }
        const bool greets = one.sent == 0 && !words.empty();
        if (greets && ::send(one.socket, words.data(), words.size(), MSG_NOSIGNAL) > 0) one.sent = 1;
        poke(one);
      }
      sleep_until_ns(std::min(next, now_ns() + kSecondNs));
    }
    for (One& one : all) close_one(one);
  }

  static void close_one(One& one) {
    if (one.socket >= 0) ::close(one.socket);
    one = {};
  }

  const Options& options_;
  const Bytes hello_;
  std::atomic<int64_t> came_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

double rss_mib(const Options& options) { return static_cast<double>(stats_of(options.pids).rss_kib) / 1024; }

}  // namespace

Report run_logins(const Options& options) {
  const Topic topic = prepare_topic(options);
  Report report(options.mode);
  const double good_cpu = measure_quiet(options, topic, report);

  Good good(options, topic);
  sleep_until_ns(after(options.warmup_s));
  std::atomic<int32_t> left{options.count};
  std::vector<std::thread> threads;
  good.record(true);
  const double before = stats_of(options.pids).cpu_s;
  const int64_t began = now_ns();
  for (int32_t i = 0; i < options.threads; ++i) {
    threads.emplace_back([&] {
      while (left.fetch_sub(1) > 0) Client(options.address);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = static_cast<double>(now_ns() - began) / 1e9;
  const double cpu_s = stats_of(options.pids).cpu_s - before;
  good.record(false);
  report.set("logins_per_s", options.count / seconds);
  report.set("cpu_us_each", std::max(cpu_s - good_cpu * seconds, 0.0) * 1e6 / options.count);
  report.set_latencies("", good.end());
  return report;
}

Report run_hostile(const Options& options) {
  const Topic topic = prepare_topic(options);
  Report report(options.mode);
  measure_quiet(options, topic, report);
  report.set("rss_before_mib", rss_mib(options));

  Good good(options, topic);
  Hostile hostile(options);
  while (!hostile.all_came()) sleep_until_ns(after(0.1));
  good.record(true);
  double during = 0;
  const ProcessStats before = stats_of(options.pids);
  for (int64_t end = after(options.seconds); now_ns() < end;) {
    during = std::max(during, rss_mib(options));
    sleep_until_ns(after(0.5));
  }
  good.record(false);
  report.set("cpu_s", stats_of(options.pids).cpu_s - before.cpu_s);
  report.set("rss_during_mib", during);
  report.set("came", static_cast<double>(hostile.came()));
  hostile.end();
  sleep_until_ns(after(kAfterS));
  report.set("rss_after_mib", rss_mib(options));
  report.set_latencies("", good.end());
  return report;
}

}  // namespace klamm::bench
