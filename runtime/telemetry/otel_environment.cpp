#include "runtime/telemetry/otel_environment.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "runtime/codec/percent.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/net/http_client.hpp"
#include "runtime/net/http_url.hpp"

namespace acta::internal {

namespace {

constexpr const char* exporter_name = "OTEL_TRACES_EXPORTER";

using pairs = std::vector<std::pair<std::string, std::string>>;

error wrong(const std::string& variable, const std::string& why) {
  return {errc::malformed, variable + ": " + why, {}, variable};
}

std::string quoted(const std::string& value) { return "'" + printable(value) + "'"; }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// Reads "name=value,name=value", percent-encoded. Says where it cannot by number: values may be
/// secret.
result<pairs> pairs_of(const std::string& variable, std::string_view text) {
  pairs made;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto comma = std::min(text.find(','), text.size());
    const auto member = trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (member.empty()) continue;
    const auto which = "its member " + std::to_string(number);
    const auto equals = member.find('=');
    if (equals == std::string_view::npos) return wrong(variable, which + " has no '='");
    auto name = percent_decoded(trimmed(member.substr(0, equals)));
    auto value = percent_decoded(trimmed(member.substr(equals + 1)));
    if (!name || !value)
      return wrong(variable, which + " has a '%' without two hexadecimal digits behind it");
    if (name->empty()) return wrong(variable, which + " has no name before its '='");
    made.emplace_back(std::move(*name), std::move(*value));
  }
  return made;
}

class reader {
public:
  reader(const environment& variables, std::string_view service)
      : variables_{variables}, service_{service} {}

  result<trace_options> read() {
    if (lower(value("OTEL_SDK_DISABLED")) == "true" || value(exporter_name) == "none" ||
        !has_endpoint())
      return trace_options{};
    for (const auto step : {&reader::exporter, &reader::endpoint, &reader::protocol,
                            &reader::headers, &reader::timeout, &reader::certificates,
                            &reader::compression, &reader::resource, &reader::sampler})
      if (auto done = (this->*step)(); !done) return done.error();
    return std::move(made_);
  }

private:
  [[nodiscard]] std::string value(const std::string& name) const {
    const char* found = variables_(name.c_str());
    return found ? std::string{trimmed(found)} : std::string{};
  }
  /// The variable for traces alone goes before the one for all signals. Returns its name and value.
  [[nodiscard]] std::pair<std::string, std::string> of_traces(const std::string& what) const {
    auto own = "OTEL_EXPORTER_OTLP_TRACES_" + what;
    if (auto text = value(own); !text.empty()) return {std::move(own), std::move(text)};
    auto common = "OTEL_EXPORTER_OTLP_" + what;
    return {common, value(common)};
  }
  [[nodiscard]] bool has_endpoint() const { return !of_traces("ENDPOINT").second.empty(); }

  result<void> exporter() {
    const auto text = value(exporter_name);
    if (text.empty() || text == "otlp") return {};
    return wrong(exporter_name, quoted(text) + " is no exporter known here: otlp or none");
  }

  result<void> endpoint() {
    const auto [name, text] = of_traces("ENDPOINT");
    const auto url = parse_http_url(text);
    if (!url) return wrong(name, "it is no URL of a collector: " + url.error().detail);
    made_.endpoint = text;
    if (name == "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") return {};
    if (text.find('?') != std::string::npos)
      return wrong(name, "a path is appended to it, so it cannot have a query");
    made_.endpoint += made_.endpoint.ends_with('/') ? "v1/traces" : "/v1/traces";
    return {};
  }

  result<void> protocol() {
    const auto [name, text] = of_traces("PROTOCOL");
    if (text.empty() || text == "http/json") return {};
    return wrong(name, quoted(text) +
                           " is not spoken here, only http/json is; a collector takes it "
                           "on the port of http/protobuf, 4318 as a rule");
  }

  result<void> headers() {
    const auto [name, text] = of_traces("HEADERS");
    auto read = pairs_of(name, text);
    if (!read) return read.error();
    for (const auto& [header, secret] : *read)
      if (auto sent = check_header(header, secret); !sent) return wrong(name, sent.error().detail);
    made_.headers = *std::move(read);
    return {};
  }

  result<void> timeout() {
    const auto [name, text] = of_traces("TIMEOUT");
    if (text.empty()) return {};
    const auto number = whole_number(text);
    if (!number || *number == 0 || *number > 3'600'000)
      return wrong(name, quoted(text) + " is no number of milliseconds from 1 to 3600000");
    made_.timeout = std::chrono::milliseconds{*number};
    return {};
  }

  result<void> certificates() {
    // Ignored, they would leave their user with a collector that refuses every span.
    for (const auto* what : {"CLIENT_CERTIFICATE", "CLIENT_KEY"})
      if (const auto [name, text] = of_traces(what); !text.empty())
        return wrong(name, "the exporter shows no certificate of its own to a collector");
    const auto [name, file] = of_traces("CERTIFICATE");
    if (file.empty()) return {};
    if (auto good = check_authorities(file); !good)
      return wrong(name, quoted(file) + " is no PEM file of authorities: " + good.error().detail);
    made_.authorities = file;
    return {};
  }

  result<void> compression() {
    const auto [name, text] = of_traces("COMPRESSION");
    if (text.empty() || text == "none") return {};
    return wrong(name, quoted(text) + " is not done here: spans are sent as they are, with none");
  }

  result<void> resource() {
    auto read = pairs_of("OTEL_RESOURCE_ATTRIBUTES", value("OTEL_RESOURCE_ATTRIBUTES"));
    if (!read) return read.error();
    made_.resource = *std::move(read);
    auto named = value("OTEL_SERVICE_NAME");
    const auto is_name = [](const auto& one) { return one.first == "service.name"; };
    if (named.empty() && std::any_of(made_.resource.begin(), made_.resource.end(), is_name))
      return {};
    std::erase_if(made_.resource, is_name);
    made_.resource.emplace_back("service.name", named.empty() ? service_ : std::move(named));
    return {};
  }

  result<void> sampler() {
    const auto text = value("OTEL_TRACES_SAMPLER");
    constexpr std::string_view follows = "parentbased_";
    auto kind = std::string_view{text};
    if (text.empty()) return argument();
    made_.follow_parent = kind.starts_with(follows);
    if (made_.follow_parent) kind.remove_prefix(follows.size());
    if (kind == "always_on" || kind == "always_off") {
      made_.sample_ratio = kind == "always_on" ? 1 : 0;
      return {};
    }
    if (kind == "traceidratio") {
      // OpenTelemetry's default for a sampler that is named without its argument.
      made_.sample_ratio = 1;
      return argument();
    }
    return wrong("OTEL_TRACES_SAMPLER",
                 quoted(text) +
                     " is no sampler known here: always_on, always_off, traceidratio, "
                     "or one of them behind parentbased_");
  }

  result<void> argument() {
    const auto text = value("OTEL_TRACES_SAMPLER_ARG");
    if (text.empty()) return {};
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, made_.sample_ratio);
    if (read.ec != std::errc{} || read.ptr != end ||
        !(made_.sample_ratio >= 0 && made_.sample_ratio <= 1))
      return wrong("OTEL_TRACES_SAMPLER_ARG", quoted(text) + " is no number from 0 to 1");
    return {};
  }

  const environment& variables_;
  const std::string service_;
  trace_options made_;
};

}  // namespace

result<trace_options> tracing_from(const environment& variables, std::string_view service) {
  return reader{variables, service}.read();
}

result<void> check_header(std::string_view name, std::string_view value) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const auto of_token = [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  };
  if (name.empty() || !std::all_of(name.begin(), name.end(), of_token))
    return error{errc::malformed, "a header has a name that HTTP does not take"};
  constexpr std::array<std::string_view, 5> own{"host", "connection", "content-length",
                                                "content-type", "transfer-encoding"};
  if (std::find(own.begin(), own.end(), lower(std::string{name})) != own.end())
    return error{errc::malformed, "the header " + std::string{name} + " is the exporter's own"};
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f';
  };
  if (std::any_of(value.begin(), value.end(), is_control))
    return error{errc::malformed,
                 "the value of the header " + std::string{name} + " has a control character"};
  return {};
}

}  // namespace acta::internal

acta::result<acta::trace_options> acta::tracing_from_environment(std::string_view service) {
  return internal::tracing_from([](const char* name) { return std::getenv(name); }, service);
}
