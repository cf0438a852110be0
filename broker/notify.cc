#include "broker/notify.h"

#include <fmt/core.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <utility>

#include "base/logging.h"

namespace klamm::broker {
namespace {

constexpr int kSendSecondsMax = 5;

// Of the variable; 0 where there is none, or no number.
int64_t number_in(const std::optional<std::string>& text) {
  int64_t number = 0;
  if (!text) return 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? number : 0;
}

// The address's length; 0 where it is none that this can write to.
socklen_t address_of(const std::string& name, sockaddr_un& address) {
  if (name.size() < 2 || name.size() >= sizeof address.sun_path) return 0;
  if (name[0] != '/' && name[0] != '@') return 0;
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, name.data(), name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
}

}  // namespace

NotifyTerms notify_terms(const std::function<std::optional<std::string>(const std::string&)>& environment,
                         int64_t pid) {
  NotifyTerms terms;
  terms.socket = environment("NOTIFY_SOCKET").value_or("");
  const auto watched = environment("WATCHDOG_PID");
  if (watched && number_in(watched) != pid) return terms;
  terms.watchdog_ms = number_in(environment("WATCHDOG_USEC")) / 1000;
  return terms;
}

// ---- The socket

NotifySocket::~NotifySocket() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<void, Failure> NotifySocket::send(const std::string& lines) {
  sockaddr_un address{};
  const socklen_t size = address_of(address_, address);
  if (size == 0) {
    return Error{Failure{
        fmt::format("NOTIFY_SOCKET={}: a path is wanted, or @ and a name; nobody is told how this node is",
                    address_)}};
  }
  if (descriptor_ < 0) {
    descriptor_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const timeval patience{kSendSecondsMax, 0};
    if (descriptor_ >= 0) setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  const ssize_t sent = descriptor_ < 0 ? -1
                                       : sendto(descriptor_, lines.data(), lines.size(), MSG_NOSIGNAL,
                                                reinterpret_cast<const sockaddr*>(&address), size);
  if (sent >= 0) return {};
  return Error{
      Failure{fmt::format("NOTIFY_SOCKET={} cannot be written to: {}", address_, strerror(errno))}};
}

// ---- The thread

ServiceNotifier::ServiceNotifier(NotifyTerms terms, const Clock& clock)
    : terms_(std::move(terms)), clock_(clock), state_(terms_.watchdog_ms) {}

ServiceNotifier::~ServiceNotifier() {
  if (!thread_.joinable()) return;
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
    changed_ = true;
  }
  thread_.join();
}

// That it begins is the first sign of life.
void ServiceNotifier::start() {
  on_sign_of_life();
  if (!terms_.socket.empty()) thread_ = std::thread([this] { run(); });
}

void ServiceNotifier::on_recovery(int64_t logs_done, int64_t logs) {
  on_sign_of_life();
  absl::MutexLock lock(&mutex_);
  state_.on_recovery(logs_done, logs);
}

void ServiceNotifier::on_waiting(const std::string& what) {
  absl::MutexLock lock(&mutex_);
  state_.on_waiting(what);
}

void ServiceNotifier::on_serving(std::vector<Loop*> loops) {
  std::vector<LoopWatch::Watched> watched;
  for (Loop* loop : loops) watched.push_back({"", loop});
  absl::MutexLock lock(&mutex_);
  loops_ = std::make_shared<LoopWatch>(watched);
  state_.on_serving();
  changed_ = true;
}

void ServiceNotifier::on_fenced(bool fenced) {
  absl::MutexLock lock(&mutex_);
  state_.on_fenced(fenced);
}

void ServiceNotifier::on_stopping() {
  absl::MutexLock lock(&mutex_);
  loops_.reset();
  state_.on_stopping();
  changed_ = true;
}

void ServiceNotifier::run() {
  pthread_setname_np(pthread_self(), "notify");
  NotifySocket socket(terms_.socket);
  bool is_said = false;
  for (bool ends = false; !ends;) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&changed_), absl::Milliseconds(state_.pause_ms()));
      changed_ = false;
      ends = ending_;
    }
    const std::string lines = take_lines();
    if (lines.empty()) continue;
    // Said once, since it is the same each second.
    auto sent = socket.send(lines);
    if (!sent && !std::exchange(is_said, true)) LOG_WARN("{}", sent.error().message);
  }
}

std::string ServiceNotifier::take_lines() {
  std::shared_ptr<LoopWatch> loops;
  {
    absl::MutexLock lock(&mutex_);
    loops = loops_;
  }
  const int64_t now_ms = clock_.monotonic_ms();
  // Loops have mutexes of their own.
  const bool is_alive =
      loops ? loops->have_all_answered() : has_shown_life_.exchange(false, std::memory_order_relaxed);
  if (loops && is_alive) loops->ask(now_ms);
  absl::MutexLock lock(&mutex_);
  return state_.take_lines(now_ms, is_alive);
}

}  // namespace klamm::broker
