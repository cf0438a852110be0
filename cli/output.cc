#include "cli/output.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

namespace klamm::cli {
namespace {

constexpr int64_t kProgressMs = 200;
constexpr uint64_t kProgressColumns = 24;
constexpr size_t kReadBytes = 64 << 10;

// False when something could not be written.
bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

std::string without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return std::string(line);
}

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::kNone:
      return "";
    case Colour::kBold:
      return "\033[1m";
    case Colour::kRed:
      return "\033[31m";
    case Colour::kGreen:
      return "\033[32m";
    case Colour::kYellow:
      return "\033[33m";
    case Colour::kGrey:
      return "\033[90m";
  }
  return "";
}

}  // namespace

void FdSink::write(std::string_view text) {
  buffer_ += text;
  const bool is_due = flush_ == Flush::kEachLine ? text.find('\n') != std::string_view::npos
                                                 : buffer_.size() >= kBufferBytes;
  if (is_due) flush();
}

void FdSink::flush() {
  if (!write_all(fd_, buffer_)) is_broken_ = true;
  buffer_.clear();
}

std::optional<std::string> FdSource::line() {
  size_t searched = at_;
  for (;;) {
    const size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      std::string line = without_return(std::string_view(buffer_).substr(at_, end - at_));
      at_ = end + 1;
      return line;
    }
    if (is_at_end_) break;
    buffer_.erase(0, at_);
    at_ = 0;
    searched = buffer_.size();
    buffer_.resize(searched + kReadBytes);
    ssize_t got = 0;
    do {
      got = ::read(fd_, buffer_.data() + searched, kReadBytes);
    } while (got < 0 && errno == EINTR);
    buffer_.resize(searched + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    is_at_end_ = got <= 0;
  }
  if (at_ == buffer_.size()) return std::nullopt;
  std::string last = without_return(std::string_view(buffer_).substr(at_));
  at_ = buffer_.size();
  return last;
}

bool FdSource::wait(int64_t ms) {
  if (is_at_end_ || buffer_.find('\n', at_) != std::string::npos) return true;
  pollfd watched{.fd = fd_, .events = POLLIN, .revents = 0};
  const int64_t wait_ms = std::min<int64_t>(std::max<int64_t>(ms, 0), std::numeric_limits<int>::max());
  return ::poll(&watched, 1, static_cast<int>(wait_ms)) != 0;
}

bool FdSource::is_interactive() const { return ::isatty(fd_) == 1 && ::isatty(STDOUT_FILENO) == 1; }

std::optional<std::string> TextSource::line() {
  if (at_ >= text_.size()) return std::nullopt;
  const size_t end = std::min(text_.find('\n', at_), text_.size());
  std::string line = without_return(std::string_view(text_).substr(at_, end - at_));
  at_ = end + 1;
  return line;
}

void Console::write(std::string_view text) {
  clear_progress();
  out_.write(text);
}

void Console::write_error(std::string_view text) {
  clear_progress();
  out_.flush();
  err_.write(text);
  err_.flush();
}

void Console::flush() {
  clear_progress();
  out_.flush();
  err_.flush();
}

std::string Console::coloured(Colour colour, std::string_view text) const {
  if (!colours_ || colour == Colour::kNone) return std::string(text);
  return fmt::format("{}{}\033[0m", code_of(colour), text);
}

void Console::progress(std::string_view what, uint64_t done, uint64_t all, int64_t now_ms) {
  if (!progress_ || all == 0) return;
  if (is_counting_ && now_ms - counted_at_ms_ < kProgressMs && done < all) return;
  is_counting_ = true;
  counted_at_ms_ = now_ms;
  const uint64_t filled = std::min(done, all) * kProgressColumns / all;
  err_.write(fmt::format("\r\033[K{} [{}{}] {}/{}", what, std::string(filled, '#'),
                         std::string(kProgressColumns - filled, '.'), done, all));
  err_.flush();
}

void Console::clear_progress() {
  if (!is_counting_) return;
  is_counting_ = false;
  err_.write("\r\033[K");
  err_.flush();
}

}  // namespace klamm::cli
