#include "broker/net/fd_watch.h"

#include <errno.h>
#include <unistd.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <utility>

#include "broker/net/reactor.h"

namespace klamm::broker::net {

// With the executor's type written out, a wait makes no virtual calls.
using Stream = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

struct FdWatch::Descriptor {
  explicit Descriptor(boost::asio::io_context& io) : stream(io) {}
  Stream stream;
};

FdWatch::FdWatch(LoopThread& loop, std::unique_ptr<Descriptor> descriptor)
    : loop_(loop), descriptor_(std::move(descriptor)) {}

FdWatch::~FdWatch() { close(); }

std::unique_ptr<FdWatch> FdWatch::open(LoopThread& loop, int descriptor) {
  auto made = std::make_unique<Descriptor>(loop.reactor_->io);
  boost::system::error_code error;
  made->stream.assign(descriptor, error);
  if (error) {
    ::close(descriptor);
    errno = error.value();
    return nullptr;
  }
  return std::unique_ptr<FdWatch>(new FdWatch(loop, std::move(made)));
}

int FdWatch::descriptor() const { return const_cast<Stream&>(descriptor_->stream).native_handle(); }

void FdWatch::wait_readable(std::shared_ptr<Watched> watched) {
  auto ready = [&loop = loop_, watched = std::move(watched)](const boost::system::error_code& error) {
    loop.wake();
    if (error != boost::asio::error::operation_aborted) watched->on_readable();
  };
  descriptor_->stream.async_wait(Stream::wait_read, std::move(ready));
}

void FdWatch::wait_writable(std::shared_ptr<Watched> watched) {
  auto ready = [&loop = loop_, watched = std::move(watched)](const boost::system::error_code& error) {
    loop.wake();
    if (error != boost::asio::error::operation_aborted) watched->on_writable();
  };
  descriptor_->stream.async_wait(Stream::wait_write, std::move(ready));
}

void FdWatch::close() {
  boost::system::error_code ignored;
  descriptor_->stream.close(ignored);
}

}  // namespace klamm::broker::net
