#include "broker/net/admin_http.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/verb.hpp>
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "broker/config/descriptors.h"
#include "broker/net/acceptor.h"

namespace klamm::broker::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using ErrorOf = boost::system::error_code;

constexpr std::string_view kOldKey = "listeners: ";
constexpr std::string_view kKey = "klamm.admin.listener: ";
constexpr std::chrono::milliseconds kRetry{200};
// Of a connection that is about to be closed.
constexpr std::chrono::milliseconds kDrainTime{1'000};
constexpr size_t kDrainSize = 4 << 10;
constexpr size_t kDrainMax = 256 << 10;

template <class View>
std::string_view std_view(const View& text) {
  return {text.data(), text.size()};
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Unknown";
  }
}

// A failure of an ordinary listener, under the key that names this one.
Failure renamed(Failure failure) {
  if (failure.message.starts_with(kOldKey)) failure.message.erase(0, kOldKey.size());
  failure.message.insert(0, kKey);
  return failure;
}

bool is_ipv6(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  return address.ss_family == AF_INET6;
}

// Signals are for main.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

}  // namespace

class AdminSession;

struct AdminHttp::State {
  State(AdminHandler& handler, const Limits& limits) : handler(handler), limits(limits) {}

  AdminHandler& handler;
  const Limits limits;
  asio::io_context io{1};
  std::vector<uint16_t> ports;
  std::thread thread;
  // On the thread, once it runs.
  struct Entrance {
    explicit Entrance(asio::io_context& context) : acceptor(context), retry(context) {}

    Tcp::acceptor acceptor;
    asio::steady_timer retry;
  };
  std::vector<std::unique_ptr<Entrance>> entrances;
  std::set<std::shared_ptr<AdminSession>> sessions;
  bool stopped = false;

  Result<void, Failure> open(const AdminAddress& address);
  void accept(Entrance& from);
  void accepted(Entrance& from, const ErrorOf& error, Tcp::socket socket);
  void make_room();
};

// One connection: reads a request, answers it, and then the next.
class AdminSession : public std::enable_shared_from_this<AdminSession> {
 public:
  AdminSession(AdminHttp::State& owner, Tcp::socket socket)
      : owner_(owner), stream_(std::move(socket)), again_(owner.io) {}

  void start() { read(owner_.limits.first_request); }
  void close();
  bool waits() const { return waits_; }
  std::chrono::steady_clock::time_point since() const { return since_; }

 private:
  void read(std::chrono::milliseconds patience);
  void on_read(const ErrorOf& error);
  void on_request();
  void answer(AdminAnswer answer);
  void ask_again();
  void refuse(int status, std::string_view why);
  void begin(const AdminAnswer& answer, bool is_sliced);
  void next_slice();
  void write(bool is_last);
  void end();
  void drain();

  AdminHttp::State& owner_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{16 << 10};
  std::optional<http::request_parser<http::empty_body>> parser_;
  asio::steady_timer again_;
  AdminAnswer answer_;
  std::string out_;
  bool waits_ = false;  // for a request
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
  bool is_head_ = false;
  bool is_chunked_ = false;
  bool keeps_ = false;  // the connection, behind this answer
  std::chrono::steady_clock::time_point answer_deadline_{};
  size_t drained_ = 0;
  bool closed_ = false;
};

// ---- One connection

void AdminSession::read(std::chrono::milliseconds patience) {
  waits_ = true;
  is_head_ = false;
  since_ = std::chrono::steady_clock::now();
  parser_.emplace();
  parser_->header_limit(owner_.limits.header_bytes);
  parser_->body_limit(uint64_t{0});
  stream_.expires_after(patience);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](const ErrorOf& error, size_t) {
                            self->on_read(error);
                          });
}

void AdminSession::on_read(const ErrorOf& error) {
  if (closed_) return;
  waits_ = false;
  answer_deadline_ = std::chrono::steady_clock::now() + owner_.limits.answer;
  if (error == http::error::header_limit) return refuse(431, "the header of the request is too long");
  if (error == http::error::body_limit) return refuse(400, "a request here has no body");
  // What is no HTTP is told so; who has gone, or came too late, is not.
  const bool is_http = error.category() == make_error_code(http::error::bad_method).category();
  if (error && (!is_http || error == http::error::end_of_stream)) return close();
  if (error) return refuse(400, "this is no HTTP/1.1 request");
  on_request();
}

void AdminSession::on_request() {
  const auto& request = parser_->get();
  is_head_ = request.method() == http::verb::head;
  is_chunked_ = request.version() >= 11;
  if (request.method() != http::verb::get && !is_head_) return refuse(405, "GET and HEAD are answered here");
  if (!parser_->is_done()) return refuse(400, "a request here has no body");
  keeps_ = request.keep_alive();
  AdminRequest asked;
  const std::string_view target = std_view(request.target());
  const size_t question = target.find('?');
  asked.path = target.substr(0, question);
  if (question != std::string_view::npos) asked.query = target.substr(question + 1);
  asked.accept = std_view(request[http::field::accept]);
  asked.accept_encoding = std_view(request[http::field::accept_encoding]);
  answer(owner_.handler.answer(asked));
}

void AdminSession::answer(AdminAnswer answer) {
  answer_ = std::move(answer);
  if (answer_.later) return ask_again();
  begin(answer_, answer_.slices != nullptr);
  if (answer_.slices == nullptr || is_head_) {
    if (!is_head_) out_ += answer_.body;
    return write(true);
  }
  next_slice();
}

void AdminSession::ask_again() {
  again_.expires_after(owner_.limits.ask_again);
  again_.async_wait([self = shared_from_this()](const ErrorOf& error) {
    if (error || self->closed_) return;
    if (!self->answer_.later) return self->next_slice();
    auto known = self->answer_.later();
    if (known) return self->answer(std::move(*known));
    self->ask_again();
  });
}

void AdminSession::refuse(int status, std::string_view why) {
  keeps_ = false;
  is_chunked_ = true;
  AdminAnswer refusal;
  refusal.status = status;
  refusal.body = fmt::format("{}\n", why);
  answer(std::move(refusal));
}

// Without chunks (HTTP/1.0) the end of what is sliced is the end of the connection.
void AdminSession::begin(const AdminAnswer& answer, bool is_sliced) {
  if (is_sliced && !is_chunked_) keeps_ = false;
  out_ = fmt::format("HTTP/1.1 {} {}\r\n", answer.status, reason_of(answer.status));
  if (answer.status != 204) out_ += fmt::format("Content-Type: {}\r\n", answer.content_type);
  if (!answer.content_encoding.empty())
    out_ += fmt::format("Content-Encoding: {}\r\n", answer.content_encoding);
  if (answer.status == 405) out_ += "Allow: GET, HEAD\r\n";
  if (is_sliced && is_chunked_) out_ += "Transfer-Encoding: chunked\r\n";
  if (!is_sliced && answer.status != 204) out_ += fmt::format("Content-Length: {}\r\n", answer.body.size());
  out_ += keeps_ ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  out_ += "Cache-Control: no-store\r\n\r\n";
}

void AdminSession::next_slice() {
  std::string slice;
  const AdminSlices::Step step = answer_.slices->next(slice);
  if (!slice.empty()) {
    if (is_chunked_) out_ += fmt::format("{:x}\r\n", slice.size());
    out_ += slice;
    if (is_chunked_) out_ += "\r\n";
  }
  if (step == AdminSlices::Step::kEnd) {
    if (is_chunked_) out_ += "0\r\n\r\n";
    return write(true);
  }
  if (out_.empty() && step == AdminSlices::Step::kWait) return ask_again();
  if (!out_.empty()) return write(false);
  // Others come first, also where there is nothing to send yet.
  asio::post(owner_.io, [self = shared_from_this()] {
    if (!self->closed_) self->next_slice();
  });
}

void AdminSession::write(bool is_last) {
  stream_.expires_at(std::min(std::chrono::steady_clock::now() + owner_.limits.write, answer_deadline_));
  asio::async_write(stream_, asio::buffer(out_),
                    [self = shared_from_this(), is_last](const ErrorOf& error, size_t) {
                      if (self->closed_) return;
                      self->out_.clear();
                      if (error) return self->close();
                      if (is_last) return self->end();
                      // The stream's timer ends a write that waits; of writes that do not it says nothing.
                      if (std::chrono::steady_clock::now() >= self->answer_deadline_) return self->close();
                      self->next_slice();
                    });
}

void AdminSession::end() {
  answer_ = AdminAnswer();
  if (out_.capacity() > (64 << 10)) out_.shrink_to_fit();
  if (keeps_ && !owner_.stopped) return read(owner_.limits.next_request);
  ErrorOf ignored;
  stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
  waits_ = true;
  since_ = std::chrono::steady_clock::now();
  stream_.expires_after(kDrainTime);
  drain();
}

// To close with something unread would take back what was sent: what else comes is read, for a moment.
void AdminSession::drain() {
  out_.resize(kDrainSize);
  stream_.async_read_some(asio::buffer(out_),
                          [self = shared_from_this()](const ErrorOf& error, size_t size) {
                            self->drained_ += size;
                            if (self->closed_) return;
                            if (error || self->drained_ > kDrainMax) return self->close();
                            self->drain();
                          });
}

void AdminSession::close() {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();
  again_.cancel();
  stream_.close();
  answer_ = AdminAnswer();
  owner_.sessions.erase(self);
}

// ---- All of them

Result<void, Failure> AdminHttp::State::open(const AdminAddress& address) {
  const ListenAddress where{.listener = "admin", .host = address.host, .port = address.port};
  auto bound = bind_to(where);
  if (!bound) return Error{renamed(std::move(bound).error())};
  if (auto listening = listen_on(*bound, where); !listening) {
    ::close(bound->descriptor);
    return Error{renamed(listening.error())};
  }
  auto made = std::make_unique<Entrance>(io);
  ErrorOf error;
  made->acceptor.assign(is_ipv6(bound->descriptor) ? Tcp::v6() : Tcp::v4(), bound->descriptor, error);
  if (error) {
    ::close(bound->descriptor);
    return Error{Failure{fmt::format("{}{}", kKey, error.message())}};
  }
  ports.push_back(bound->port);
  entrances.push_back(std::move(made));
  return {};
}

void AdminHttp::State::accept(Entrance& from) {
  from.acceptor.async_accept([this, &from](const ErrorOf& error, Tcp::socket socket) {
    accepted(from, error, std::move(socket));
  });
}

// Where descriptors or memory are short, which is what an error here says, waiting is all that can be done.
void AdminHttp::State::accepted(Entrance& from, const ErrorOf& error, Tcp::socket socket) {
  if (stopped || error == asio::error::operation_aborted) return;
  if (error || socket.native_handle() >= descriptor_ceiling()) {
    from.retry.expires_after(kRetry);
    return from.retry.async_wait([this, &from](const ErrorOf& ended) {
      if (!ended && !stopped) accept(from);
    });
  }
  if (sessions.size() >= limits.connections) make_room();
  if (sessions.size() < limits.connections) {
    auto session = std::make_shared<AdminSession>(*this, std::move(socket));
    sessions.insert(session);
    session->start();
  }
  accept(from);
}

void AdminHttp::State::make_room() {
  std::shared_ptr<AdminSession> oldest;
  for (const auto& session : sessions) {
    if (session->waits() && (oldest == nullptr || session->since() < oldest->since())) oldest = session;
  }
  if (oldest != nullptr) oldest->close();
}

Result<std::unique_ptr<AdminHttp>, Failure> AdminHttp::listen(const std::vector<AdminAddress>& addresses,
                                                              AdminHandler& handler, const Limits& limits) {
  auto state = std::make_unique<State>(handler, limits);
  for (const AdminAddress& address : addresses) {
    if (auto opened = state->open(address); !opened) return Error{opened.error()};
  }
  for (const auto& one : state->entrances) state->accept(*one);
  state->thread = std::thread([state = state.get()] {
    block_signals();
    pthread_setname_np(pthread_self(), "admin");
    state->io.run();
  });
  return std::unique_ptr<AdminHttp>(new AdminHttp(std::move(state)));
}

AdminHttp::AdminHttp(std::unique_ptr<State> state) : state_(std::move(state)) {}

AdminHttp::~AdminHttp() { stop(); }

const std::vector<uint16_t>& AdminHttp::ports() const { return state_->ports; }

void AdminHttp::stop() {
  if (!state_->thread.joinable()) return;
  asio::post(state_->io, [state = state_.get()] {
    state->stopped = true;
    ErrorOf ignored;
    for (const auto& one : state->entrances) {
      one->retry.cancel();
      one->acceptor.close(ignored);
    }
    const auto sessions = state->sessions;
    for (const auto& session : sessions) session->close();
  });
  state_->thread.join();
}

}  // namespace klamm::broker::net
