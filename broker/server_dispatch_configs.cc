// Configuration: shown from the metadata, altered by the controller. Key stores and trust stores that a
// request gives to listeners are opened before, since the controller's loop waits for no disk.
//
// A broker looks first at what concerns itself, as Kafka's does, and keeps the levels of its loggers; what is
// left is the controller's, wherever it is.
#include <algorithm>
#include <utility>

#include "broker/controller/configs.h"
#include "broker/handlers/configs.h"
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

template <class Body>
using ResponseOf = decltype(refuse(std::declval<const Body&>(), ErrorCode()));

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
      [body = asked.body, frame = asked.request.frame](ErrorCode code) { return refuse(body, code); },
      asked.request.client->controller_listener);
}

// What this node has to say, and the controller elsewhere, in the order of the request.
template <class Body>
void send_joined(Alteration<Body>& asked, const AnsweredHere& here, const ResponseOf<Body>& there) {
  ResponseOf<Body> response;
  response.throttle_time_ms = there.throttle_time_ms;
  for (size_t i = 0; i < here.size(); ++i) {
    const auto& resource = asked.body.resources[i];
    auto& result = response.responses.emplace_back();
    if (!here[i]) {
      const auto found = std::ranges::find_if(there.responses, [&](const auto& each) {
        return each.resource_type == resource.resource_type && each.resource_name == resource.resource_name;
      });
      if (found != there.responses.end()) {
        result = *found;
      } else {
        result.error_code = protocol::wire_value(ErrorCode::kUnknownServerError);
      }
    } else {
      result.error_code = protocol::wire_value(here[i]->code);
      result.error_message.reset();
      if (!here[i]->message.empty()) result.error_message = here[i]->message;
    }
    result.resource_type = resource.resource_type;
    result.resource_name = resource.resource_name;
  }
  asked.reply.send(response);
}

// Where another node is the controller: this one does its part, and takes what is left there.
template <class Body>
void alter_elsewhere(const ServerDispatch::Uses& uses, Alteration<Body> asked) {
  const auto image = uses.images.get();
  const Asker asker{access_of(uses.config.security.authorizer, *image, asked.request), false};
  const AlteringNode node{uses.config, uses.loggers, std::move(asked.tried)};
  AnsweredHere here = alter_here(*image, asker, asked.body, node);
  Body rest = asked.body;
  rest.resources.clear();
  for (size_t i = 0; i < here.size(); ++i) {
    if (!here[i]) rest.resources.push_back(asked.body.resources[i]);
  }
  if (rest.resources.empty()) return send_joined(asked, here, {});
  Bytes bytes;
  protocol::Writer writer(bytes);
  asked.request.header.write(writer);
  rest.write(writer, asked.reply.version());
  Request left = asked.request;
  left.become(std::move(bytes));
  auto kept = std::make_shared<Alteration<Body>>(std::move(asked));
  uses.forwarding.ask(std::move(left), [kept, rest = std::move(rest), here = std::move(here)](
                                           Result<ForwardedAnswer, ForwardFailure> answer) {
    ResponseOf<Body> there;
    if (answer) {
      protocol::Reader reader(answer->body);
      there.read(reader, kept->reply.version());
      if (!reader.ok()) there = refuse(rest, ErrorCode::kUnknownServerError);
    } else if (!answer.error().error) {
      return kept->reply.close();
    } else {
      there = refuse(rest, *answer.error().error);
    }
    send_joined(*kept, here, there);
  });
}

template <class Body>
void post_to_controller(const ServerDispatch::Uses& uses, Alteration<Body> asked) {
  uses.quorum_loop.post([&uses, asked = std::move(asked)]() mutable {
    const bool is_here = asked.request.client->controller_listener || uses.controller.is_active();
    is_here ? ask_controller(uses, std::move(asked)) : alter_elsewhere(uses, std::move(asked));
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
