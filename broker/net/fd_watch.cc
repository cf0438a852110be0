#include "broker/net/fd_watch.h"

#include <errno.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <utility>

#include "broker/net/reactor.h"

namespace klamm::broker::net {

using boost::asio::posix::stream_descriptor;

struct FdWatch::Descriptor {
  explicit Descriptor(boost::asio::io_context& io) : stream(io) {}
  stream_descriptor stream;
};

FdWatch::FdWatch(std::unique_ptr<Descriptor> descriptor) : descriptor_(std::move(descriptor)) {}

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
  return std::unique_ptr<FdWatch>(new FdWatch(std::move(made)));
}

int FdWatch::descriptor() const { return const_cast<stream_descriptor&>(descriptor_->stream).native_handle(); }

void FdWatch::wait_readable(std::shared_ptr<Watched> watched) {
  descriptor_->stream.async_wait(stream_descriptor::wait_read,
                                 [watched = std::move(watched)](const boost::system::error_code& error) {
                                   if (error != boost::asio::error::operation_aborted) watched->on_readable();
                                 });
}

void FdWatch::wait_writable(std::shared_ptr<Watched> watched) {
  descriptor_->stream.async_wait(stream_descriptor::wait_write,
                                 [watched = std::move(watched)](const boost::system::error_code& error) {
                                   if (error != boost::asio::error::operation_aborted) watched->on_writable();
                                 });
}

void FdWatch::close() {
  boost::system::error_code ignored;
  descriptor_->stream.close(ignored);
}

}  // namespace klamm::broker::net
