// Where tools write, and what they read: standard output, standard error, standard input; or a test's text.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace klamm::cli {

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(std::string_view text) = 0;
  virtual void flush() {}
  // Something was lost: nobody reads it, or there is no room for it.
  virtual bool is_broken() const { return false; }
};

// A descriptor, through a buffer. What cannot be written is lost, as where Java prints.
class FdSink final : public Sink {
 public:
  enum class Flush { kWhenFull, kEachLine };

  FdSink(int fd, Flush flush) : fd_(fd), flush_(flush) {}
  ~FdSink() override { flush(); }
  FdSink(const FdSink&) = delete;
  FdSink& operator=(const FdSink&) = delete;

  void write(std::string_view text) override;
  void flush() override;
  bool is_broken() const override { return is_broken_; }

 private:
  static constexpr size_t kBufferBytes = 64 << 10;

  const int fd_;
  const Flush flush_;
  std::string buffer_;
  bool is_broken_ = false;
};

class TextSink final : public Sink {
 public:
  void write(std::string_view text) override { text_ += text; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Lines of input.
class Source {
 public:
  virtual ~Source() = default;
  // Without its end, which is \n or \r\n; nullopt at the end of the input.
  virtual std::optional<std::string> line() = 0;
  // Whether line() would give something, or the end, before `ms` have gone by.
  virtual bool wait(int64_t ms) = 0;
  // A person types, who sees what is written.
  virtual bool is_interactive() const { return false; }
};

class FdSource final : public Source {
 public:
  explicit FdSource(int fd) : fd_(fd) {}
  std::optional<std::string> line() override;
  bool wait(int64_t ms) override;
  bool is_interactive() const override;

 private:
  const int fd_;
  std::string buffer_;
  size_t at_ = 0;  // what was given of it
  bool is_at_end_ = false;
};

class TextSource final : public Source {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  std::optional<std::string> line() override;
  bool wait(int64_t) override { return true; }

 private:
  std::string text_;
  size_t at_ = 0;
};

enum class Colour { kNone, kBold, kRed, kGreen, kYellow, kGrey };

// What a tool says. Lines of the two streams come out in the order in which they were written.
class Console {
 public:
  Console(Sink& out, Sink& err) : out_(out), err_(err) {}

  // Once, before anything is written: standard output is a terminal that shows colours; standard error is
  // one, where a line that counts may stand.
  void set_colours(bool on) { colours_ = on; }
  void set_progress(bool on) { progress_ = on; }

  template <class... Args>
  void print(fmt::format_string<Args...> format, Args&&... args) {
    write(fmt::format(format, std::forward<Args>(args)...));
  }
  // With the end of a line.
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    write(fmt::format(format, std::forward<Args>(args)...) + "\n");
  }
  void write(std::string_view text);
  template <class... Args>
  void error_line(fmt::format_string<Args...> format, Args&&... args) {
    write_error(fmt::format(format, std::forward<Args>(args)...) + "\n");
  }
  void write_error(std::string_view text);
  void flush();
  // Of standard output, once it was flushed.
  bool is_broken() const { return out_.is_broken(); }

  // The text in that colour, where there are colours.
  std::string coloured(Colour colour, std::string_view text) const;
  // "done of all" on the terminal's last line, at most a few times a second; nothing where standard error is
  // no terminal. The next thing that is written takes its place. `now_ms` is monotonic.
  void progress(std::string_view what, uint64_t done, uint64_t all, int64_t now_ms);

 private:
  void clear_progress();

  Sink& out_;
  Sink& err_;
  bool colours_ = false;
  bool progress_ = false;
  bool is_counting_ = false;
  int64_t counted_at_ms_ = 0;
};

}  // namespace klamm::cli
