// Configuration: shown from the metadata, altered by the controller. Key stores and trust stores that a
// request gives to listeners are opened before, since the controller's loop waits for no disk.
#include <utility>

#include "broker/controller/configs.h"
#include "broker/handlers/configs.h"
#include "broker/server_dispatch_forward.h"
#include "broker/server_dispatch.h"

namespace klamm::broker {
namespace {

using protocol::AlterConfigsRequest;
using protocol::AlterConfigsResponse;
using protocol::DescribeConfigsRequest;
using protocol::IncrementalAlterConfigsRequest;
using protocol::IncrementalAlterConfigsResponse;
using protocol::ListConfigResourcesRequest;

// Where this node is not the controller, every resource is answered with that.
template <class Response, class Body>
Response refuse_each(const Body& body, ErrorCode code) {
  Response response;
  for (const auto& resource : body.resources) {
    auto& result = response.responses.emplace_back();
    result.resource_type = resource.resource_type;
    result.resource_name = resource.resource_name;
    result.error_code = protocol::wire_value(code);
  }
  return response;
}

AlterConfigsResponse refuse(const AlterConfigsRequest& body, ErrorCode code) {
  return refuse_each<AlterConfigsResponse>(body, code);
}
IncrementalAlterConfigsResponse refuse(const IncrementalAlterConfigsRequest& body, ErrorCode code) {
  return refuse_each<IncrementalAlterConfigsResponse>(body, code);
}

Decided<AlterConfigsResponse> decide(const ControllerView& view, const AlterConfigsRequest& body,
                                     const AlteringNode& node) {
  return decide_alter_configs(view, body, node);
}
Decided<IncrementalAlterConfigsResponse> decide(const ControllerView& view,
                                                const IncrementalAlterConfigsRequest& body,
                                                const AlteringNode& node) {
  return decide_incremental_alter_configs(view, body, node);
}

// One that is on its way. Its body refers to the request's frame.
template <class Body>
struct Alteration {
  Body body;
  Request request;
  Reply reply;
  StoreTrial tried;
};

template <class Body>
void ask_controller(const ServerDispatch::Uses& uses, Alteration<Body> asked) {
  const auto image = uses.images.get();
  const Asker asker{access_of(uses.config.security.authorizer, *image, asked.request),
                    asked.request.client->controller_listener};
  const AlteringNode node{uses.config, uses.loggers, std::move(asked.tried)};
  uses.controller.answer(
      std::move(asked.reply),
      [&](ControllerView view) {
        view.asker = asker;
        return decide(view, asked.body, node);
      },
      [body = asked.body, frame = asked.request.frame](ErrorCode code) { return refuse(body, code); });
}

template <class Body>
void post_to_controller(const ServerDispatch::Uses& uses, Alteration<Body> asked) {
  uses.quorum_loop.post(
      [&uses, asked = std::move(asked)]() mutable {
        auto refused = [](const Body& body, ErrorCode code) { return refuse(body, code); };
        if (forward_to_controller<Body>(uses, asked.request, asked.reply, refused)) return;
        ask_controller(uses, std::move(asked));
      });
}

template <class Body>
void alter(const ServerDispatch::Uses& uses, Request request, Reply reply) {
  Alteration<Body> asked{{}, std::move(request), std::move(reply), {}};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  // A controller asks no broker what it thinks of its settings.
  if (asked.request.client->controller_listener || !may_change_stores(*uses.images.get(), asked.body))
    return post_to_controller(uses, std::move(asked));
  uses.workers.run([&uses, asked = std::move(asked)]() mutable {
    const auto image = uses.images.get();
    const Access access = access_of(uses.config.security.authorizer, *image, asked.request);
    asked.tried = try_stores(*image, access, asked.body, {uses.config, uses.loggers, uses.store_trial});
    post_to_controller(uses, std::move(asked));
  });
}

ConfigsUses configs_uses(const ServerDispatch::Uses& uses) {
  return {uses.images, uses.config, uses.loggers};
}

}  // namespace

void ServerDispatch::bind_configs() {
  handlers_[DescribeConfigsRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    handle_describe_configs(std::move(request), std::move(reply), configs_uses(self.uses_));
  };
  handlers_[ListConfigResourcesRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    handle_list_config_resources(std::move(request), std::move(reply), configs_uses(self.uses_));
  };
  handlers_[AlterConfigsRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    alter<AlterConfigsRequest>(self.uses_, std::move(request), std::move(reply));
  };
  handlers_[IncrementalAlterConfigsRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    alter<IncrementalAlterConfigsRequest>(self.uses_, std::move(request), std::move(reply));
  };
}

}  // namespace klamm::broker
