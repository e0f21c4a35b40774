#include "shelduck/server/stream_routes.hpp"

#include <algorithm>

#include "shelduck/commands/value.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/server/command_query.hpp"

namespace shelduck::server {
namespace {

std::string list_of(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

Error unknown_parameter(const std::string& name, const std::string& value) {
  return {ErrorKind::invalid_input,
          "there is no parameter '" + name + "' here",
          {.field = name, .value = value, .rule = "one of types, node_address, ticket"}};
}

std::set<std::string, std::less<>> parse_types(std::string_view text,
                                               const std::vector<std::string>& known) {
  std::set<std::string, std::less<>> types;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view type = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(type.size() + 1, rest.size()));
    if (std::ranges::find(known, type) == known.end()) {
      throw Error{ErrorKind::invalid_input,
                  "there are no events of type '" + std::string(type) + "'",
                  {.field = "types",
                   .value = std::string(text),
                   .rule = "some of " + list_of(known) + ", with commas between them"}};
    }
    types.emplace(type);
  }
  return types;
}

std::uint64_t parse_node(const std::string& text) {
  if (const auto address = commands::read_address(text)) return *address;
  const std::string rule = "a whole number from 0 to 18446744073709551615";
  throw Error{ErrorKind::invalid_input,
              "node_address '" + text + "' is not " + rule,
              {.field = "node_address", .value = text, .rule = rule}};
}

StreamWish wish_of(const http::Request& request, const std::vector<std::string>& known) {
  StreamWish wish{.last_id = request.field("last-event-id")};
  for (const auto& [name, value] : request.query) {
    if (name == "types") {
      wish.filter.types = parse_types(value, known);
    } else if (name == "node_address") {
      wish.filter.subject = std::to_string(parse_node(value));
    } else if (name != "ticket" && !is_credential(name)) {
      throw unknown_parameter(name, value);
    }
  }
  return wish;
}

http::RouteParameter parameter(std::string name, std::string description) {
  Document schema = Document::object();
  schema.set("type", "string");
  return {.name = std::move(name), .description = std::move(description), .schema = schema};
}

http::Response ticket_response(const std::string& ticket) {
  http::Response response = http::json_response(
      Document::object().set("ticket", ticket).set("valid_seconds", StreamTickets::kValid.count()),
      201);
  response.fields.emplace_back("cache-control", "no-store");
  return response;
}

}  // namespace

std::vector<http::Route> stream_routes(const Streaming& streaming) {
  return {{.method = http::Method::get,
           .path = "/api/stream",
           .scope = http::Scope::read,
           .tag = "server",
           .summary = "What is applied to the database, as it happens",
           .parameters = {parameter("types",
                                    "Only events of these types, with commas between "
                                    "them: " +
                                        list_of(streaming.types) + "."),
                          parameter("node_address", "Only readings of this node."),
                          parameter("ticket",
                                    "Instead of credentials: of POST "
                                    "/api/stream/tickets.")},
           .content_type = "text/event-stream",
           .redeem = [&tickets = streaming.tickets](
                         std::string_view ticket) { return tickets.redeem(ticket); },
           .handler =
               [streaming](const http::Request& request, const http::Respond& respond) {
                 respond(streaming.desk.open(wish_of(request, streaming.types)));
               }},
          {.method = http::Method::post,
           .path = "/api/stream/tickets",
           .scope = http::Scope::read,
           .tag = "server",
           .summary = "A ticket that opens one stream, for who cannot send credentials with it",
           .answers = {{.status = 201, .description = "The ticket."}},
           .handler = [&tickets = streaming.tickets](const http::Request&,
                                                     const http::Respond& respond) {
             respond(ticket_response(tickets.issue()));
           }}};
}

}  // namespace shelduck::server
