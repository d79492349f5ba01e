// The messages reachable from MeshConfig, ProxyConfig and the ProxyConfig resource. Written by scripts/generate-mesh-schema.ts: do not edit.

export const MESH_SCHEMA: readonly string[] = [
  'mesh.v1alpha1.AuthenticationPolicy NONE=0 MUTUAL_TLS=1 INHERIT=1000',
  'mesh.v1alpha1.Certificate secret_name:string dns_names:[]string',
  'mesh.v1alpha1.ConfigSource address:string tls_settings:networking.v1alpha3.ClientTLSSettings subscribed_resources:[]mesh.v1alpha1.Resource',
  'mesh.v1alpha1.ForwardClientCertDetails UNDEFINED=0 SANITIZE=1 FORWARD_ONLY=2 APPEND_FORWARD=3 SANITIZE_SET=4 ALWAYS_FORWARD_ONLY=5',
  'mesh.v1alpha1.LabelSelector matchLabels:{}string matchExpressions:[]mesh.v1alpha1.LabelSelectorRequirement',
  'mesh.v1alpha1.LabelSelectorRequirement key:string operator:string values:[]string',
  'mesh.v1alpha1.MeshConfig proxy_listen_port:int32 proxy_inbound_listen_port:int32 proxy_http_port:int32 connect_timeout:Duration ' +
    'hbone_idle_timeout:Duration@1.29 protocol_detection_timeout:Duration ' +
    'tcp_keepalive:networking.v1alpha3.ConnectionPoolSettings.TCPSettings.TcpKeepalive ingress_class:string ingress_service:string ' +
    'ingress_controller_mode:mesh.v1alpha1.MeshConfig.IngressControllerMode ingress_selector:string enable_tracing:bool access_log_file:string ' +
    'access_log_format:string access_log_encoding:mesh.v1alpha1.MeshConfig.AccessLogEncoding enable_envoy_access_log_service:bool ' +
    'disable_envoy_listener_log:bool default_config:mesh.v1alpha1.ProxyConfig outbound_traffic_policy:mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy ' +
    'inbound_traffic_policy:mesh.v1alpha1.MeshConfig.InboundTrafficPolicy config_sources:[]mesh.v1alpha1.ConfigSource enable_auto_mtls:BoolValue ' +
    'trust_domain:string trust_domain_aliases:[]string ca_certificates:[]mesh.v1alpha1.MeshConfig.CertificateData default_service_export_to:[]string ' +
    'default_virtual_service_export_to:[]string default_destination_rule_export_to:[]string root_namespace:string ' +
    'locality_lb_setting:networking.v1alpha3.LocalityLoadBalancerSetting zone_aware_lb_setting:networking.v1alpha3.ZoneAwareLoadBalancerSetting@1.31 ' +
    'dns_refresh_rate:Duration h2_upgrade_policy:mesh.v1alpha1.MeshConfig.H2UpgradePolicy inbound_cluster_stat_name:string ' +
    'outbound_cluster_stat_name:string certificates:[]mesh.v1alpha1.Certificate service_settings:[]mesh.v1alpha1.MeshConfig.ServiceSettings ' +
    'service_scope_configs:[]mesh.v1alpha1.MeshConfig.ServiceScopeConfigs enable_prometheus_merge:BoolValue verify_certificate_at_client:BoolValue ' +
    'ca:mesh.v1alpha1.MeshConfig.CA extension_providers:[]mesh.v1alpha1.MeshConfig.ExtensionProvider ' +
    'default_providers:mesh.v1alpha1.MeshConfig.DefaultProviders discovery_selectors:[]mesh.v1alpha1.LabelSelector ' +
    'path_normalization:mesh.v1alpha1.MeshConfig.ProxyPathNormalization default_http_retry_policy:networking.v1alpha3.HTTPRetry ' +
    'default_inbound_http_retry_policy:networking.v1alpha3.HTTPRetry@1.31 mesh_mTLS:mesh.v1alpha1.MeshConfig.TLSConfig ' +
    'tls_defaults:mesh.v1alpha1.MeshConfig.TLSConfig default_traffic_policy:mesh.v1alpha1.MeshConfig.DefaultTrafficPolicy@1.31 ' +
    'service_entry_visibility:mesh.v1alpha1.ServiceEntryVisibility@1.31',
  'mesh.v1alpha1.MeshConfig.AccessLogEncoding TEXT=0 JSON=1',
  'mesh.v1alpha1.MeshConfig.CA address:string tls_settings:networking.v1alpha3.ClientTLSSettings request_timeout:Duration istiod_side:bool',
  'mesh.v1alpha1.MeshConfig.CertificateData pem/certificate_data:string spiffe_bundle_url/certificate_data:string cert_signers:[]string ' +
    'trust_domains:[]string',
  'mesh.v1alpha1.MeshConfig.DefaultProviders tracing:[]string metrics:[]string access_logging:[]string',
  'mesh.v1alpha1.MeshConfig.DefaultTrafficPolicy connection_pool:networking.v1alpha3.ConnectionPoolSettings ' +
    'outlier_detection:networking.v1alpha3.OutlierDetection',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider name:string ' +
    'envoy_ext_authz_http/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationHttpProvider ' +
    'envoy_ext_authz_grpc/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationGrpcProvider ' +
    'zipkin/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.ZipkinTracingProvider ' +
    'lightstep/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.LightstepTracingProvider ' +
    'datadog/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.DatadogTracingProvider ' +
    'stackdriver/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.StackdriverProvider ' +
    'opencensus/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenCensusAgentTracingProvider ' +
    'skywalking/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.SkyWalkingTracingProvider ' +
    'opentelemetry/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenTelemetryTracingProvider ' +
    'prometheus/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.PrometheusMetricsProvider ' +
    'envoy_file_access_log/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyFileAccessLogProvider ' +
    'envoy_http_als/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyHttpGrpcV3LogProvider ' +
    'envoy_tcp_als/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyTcpGrpcV3LogProvider ' +
    'envoy_otel_als/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyOpenTelemetryLogProvider ' +
    'sds/provider:mesh.v1alpha1.MeshConfig.ExtensionProvider.SDSProvider',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.DatadogTracingProvider service:string port:uint32 max_tag_length:uint32',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationGrpcProvider service:string port:uint32 timeout:Duration fail_open:bool ' +
    'clear_route_cache:bool status_on_error:string ' +
    'include_request_body_in_check:mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationRequestBody',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationHttpProvider service:string port:uint32 timeout:Duration path_prefix:string ' +
    'fail_open:bool clear_route_cache:bool status_on_error:string include_headers_in_check:[]string include_request_headers_in_check:[]string ' +
    'include_additional_headers_in_check:{}string ' +
    'include_request_body_in_check:mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationRequestBody headers_to_upstream_on_allow:[]string ' +
    'headers_to_downstream_on_deny:[]string headers_to_downstream_on_allow:[]string',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationRequestBody max_request_bytes:uint32 allow_partial_message:bool ' +
    'pack_as_bytes:bool',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyFileAccessLogProvider path:string ' +
    'log_format:mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyFileAccessLogProvider.LogFormat omit_empty_values:bool',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyFileAccessLogProvider.LogFormat text/log_format:string labels/log_format:Struct',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyHttpGrpcV3LogProvider service:string port:uint32 log_name:string filter_state_objects_to_log:[]string ' +
    'additional_request_headers_to_log:[]string additional_response_headers_to_log:[]string additional_response_trailers_to_log:[]string',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyOpenTelemetryLogProvider service:string port:uint32 log_name:string ' +
    'log_format:mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyOpenTelemetryLogProvider.LogFormat',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyOpenTelemetryLogProvider.LogFormat text:string labels:Struct',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.EnvoyTcpGrpcV3LogProvider service:string port:uint32 log_name:string filter_state_objects_to_log:[]string',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.GrpcService timeout:Duration initial_metadata:[]mesh.v1alpha1.MeshConfig.ExtensionProvider.HttpHeader',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.HttpHeader name:string value/header_value:string env_name/header_value:string',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.HttpService path:string timeout:Duration headers:[]mesh.v1alpha1.MeshConfig.ExtensionProvider.HttpHeader',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.LightstepTracingProvider service:string port:uint32 access_token:string max_tag_length:uint32',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenCensusAgentTracingProvider service:string port:uint32 ' +
    'context:[]mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenCensusAgentTracingProvider.TraceContext max_tag_length:uint32',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenCensusAgentTracingProvider.TraceContext UNSPECIFIED=0 W3C_TRACE_CONTEXT=1 GRPC_BIN=2 ' +
    'CLOUD_TRACE_CONTEXT=3 B3=4',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenTelemetryTracingProvider service:string port:uint32 max_tag_length:uint32 ' +
    'http:mesh.v1alpha1.MeshConfig.ExtensionProvider.HttpService grpc:mesh.v1alpha1.MeshConfig.ExtensionProvider.GrpcService ' +
    'resource_detectors:mesh.v1alpha1.MeshConfig.ExtensionProvider.ResourceDetectors ' +
    'service_attribute_enrichment:mesh.v1alpha1.MeshConfig.ExtensionProvider.ServiceAttributeEnrichment@1.30 ' +
    'dynatrace_sampler/sampling:mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenTelemetryTracingProvider.DynatraceSampler',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenTelemetryTracingProvider.DynatraceSampler tenant:string cluster_id:int32 root_spans_per_minute:uint32 ' +
    'http_service:mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenTelemetryTracingProvider.DynatraceSampler.DynatraceApi',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenTelemetryTracingProvider.DynatraceSampler.DynatraceApi service:string port:uint32 ' +
    'http:mesh.v1alpha1.MeshConfig.ExtensionProvider.HttpService',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.PrometheusMetricsProvider',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.ResourceDetectors ' +
    'environment:mesh.v1alpha1.MeshConfig.ExtensionProvider.ResourceDetectors.EnvironmentResourceDetector ' +
    'dynatrace:mesh.v1alpha1.MeshConfig.ExtensionProvider.ResourceDetectors.DynatraceResourceDetector',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.ResourceDetectors.DynatraceResourceDetector',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.ResourceDetectors.EnvironmentResourceDetector',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.SDSProvider name:string service:string port:uint32',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.ServiceAttributeEnrichment ISTIO_CANONICAL=0 OTEL_SEMANTIC_CONVENTIONS=1',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.SkyWalkingTracingProvider service:string port:uint32 access_token:string',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.StackdriverProvider debug:bool max_number_of_attributes:Int64Value max_number_of_annotations:Int64Value ' +
    'max_number_of_message_events:Int64Value max_tag_length:uint32 logging:mesh.v1alpha1.MeshConfig.ExtensionProvider.StackdriverProvider.Logging',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.StackdriverProvider.Logging labels:{}string',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.ZipkinTracingProvider service:string port:uint32 max_tag_length:uint32 enable_64bit_trace_id:bool ' +
    'path:string trace_context_option:mesh.v1alpha1.MeshConfig.ExtensionProvider.ZipkinTracingProvider.TraceContextOption timeout:Duration@1.29 ' +
    'headers:[]mesh.v1alpha1.MeshConfig.ExtensionProvider.HttpHeader@1.29',
  'mesh.v1alpha1.MeshConfig.ExtensionProvider.ZipkinTracingProvider.TraceContextOption USE_B3=0 USE_B3_WITH_W3C_PROPAGATION=1',
  'mesh.v1alpha1.MeshConfig.H2UpgradePolicy DO_NOT_UPGRADE=0 UPGRADE=1',
  'mesh.v1alpha1.MeshConfig.InboundTrafficPolicy mode:mesh.v1alpha1.MeshConfig.InboundTrafficPolicy.Mode',
  'mesh.v1alpha1.MeshConfig.InboundTrafficPolicy.Mode PASSTHROUGH=0 LOCALHOST=1',
  'mesh.v1alpha1.MeshConfig.IngressControllerMode UNSPECIFIED=0 OFF=1 DEFAULT=2 STRICT=3',
  'mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy mode:mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy.Mode tls:networking.v1alpha3.ClientTLSSettings@1.30',
  'mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy.Mode REGISTRY_ONLY=0 ALLOW_ANY=1 ALLOW_ANY_DYNAMIC_DNS=3@1.30',
  'mesh.v1alpha1.MeshConfig.ProxyPathNormalization normalization:mesh.v1alpha1.MeshConfig.ProxyPathNormalization.NormalizationType',
  'mesh.v1alpha1.MeshConfig.ProxyPathNormalization.NormalizationType DEFAULT=0 NONE=1 BASE=2 MERGE_SLASHES=3 DECODE_AND_MERGE_SLASHES=4',
  'mesh.v1alpha1.MeshConfig.ServiceScopeConfigs namespace_selector:mesh.v1alpha1.LabelSelector services_selector:mesh.v1alpha1.LabelSelector ' +
    'scope:mesh.v1alpha1.MeshConfig.ServiceScopeConfigs.Scope',
  'mesh.v1alpha1.MeshConfig.ServiceScopeConfigs.Scope LOCAL=0 GLOBAL=1',
  'mesh.v1alpha1.MeshConfig.ServiceSettings settings:mesh.v1alpha1.MeshConfig.ServiceSettings.Settings hosts:[]string',
  'mesh.v1alpha1.MeshConfig.ServiceSettings.Settings cluster_local:bool',
  'mesh.v1alpha1.MeshConfig.TLSConfig min_protocol_version:mesh.v1alpha1.MeshConfig.TLSConfig.TLSProtocol ecdh_curves:[]string cipher_suites:[]string',
  'mesh.v1alpha1.MeshConfig.TLSConfig.TLSProtocol TLS_AUTO=0 TLSV1_2=1 TLSV1_3=2',
  'mesh.v1alpha1.PrivateKeyProvider cryptomb/provider:mesh.v1alpha1.PrivateKeyProvider.CryptoMb qat/provider:mesh.v1alpha1.PrivateKeyProvider.QAT',
  'mesh.v1alpha1.PrivateKeyProvider.CryptoMb poll_delay:Duration fallback:BoolValue',
  'mesh.v1alpha1.PrivateKeyProvider.QAT poll_delay:Duration fallback:BoolValue',
  'mesh.v1alpha1.ProxyConfig config_path:string binary_path:string service_cluster/cluster_name:string ' +
    'tracing_service_name/cluster_name:mesh.v1alpha1.ProxyConfig.TracingServiceName drain_duration:Duration discovery_address:string ' +
    'discovery_refresh_delay:Duration zipkin_address:string statsd_udp_address:string envoy_metrics_service_address:string proxy_admin_port:int32 ' +
    'availability_zone:string control_plane_auth_policy:mesh.v1alpha1.AuthenticationPolicy custom_config_file:string stat_name_length:int32 ' +
    'concurrency:Int32Value proxy_bootstrap_template_path:string interception_mode:mesh.v1alpha1.ProxyConfig.InboundInterceptionMode ' +
    'tracing:mesh.v1alpha1.Tracing sds:mesh.v1alpha1.SDS envoy_access_log_service:mesh.v1alpha1.RemoteService ' +
    'envoy_metrics_service:mesh.v1alpha1.RemoteService proxy_metadata:{}string runtime_values:{}string status_port:int32 extra_stat_tags:[]string ' +
    'gateway_topology:mesh.v1alpha1.Topology termination_drain_duration:Duration mesh_id:string readiness_probe:networking.v1alpha3.ReadinessProbe ' +
    'proxy_stats_matcher:mesh.v1alpha1.ProxyConfig.ProxyStatsMatcher hold_application_until_proxy_starts:BoolValue ca_certificates_pem:[]string ' +
    'image:networking.v1beta1.ProxyImage private_key_provider:mesh.v1alpha1.PrivateKeyProvider proxy_headers:mesh.v1alpha1.ProxyConfig.ProxyHeaders ' +
    'file_flush_interval:Duration@1.29 file_flush_min_size_kb:uint32@1.29 stats_compression:BoolValue@1.29 ' +
    'connection_settings:mesh.v1alpha1.ProxyConfig.ConnectionSettings@1.31',
  'mesh.v1alpha1.ProxyConfig.ConnectionSettings profile:mesh.v1alpha1.ProxyConfig.ConnectionSettings.Profile ' +
    'listener_per_connection_buffer_limit_bytes:Int32Value cluster_per_connection_buffer_limit_bytes:Int32Value http_idle_timeout:Duration ' +
    'http_max_connection_duration:Duration http_drain_timeout:Duration http_request_timeout:Duration http_request_headers_timeout:Duration ' +
    'http_stream_idle_timeout:Duration http_max_stream_duration:Duration http_max_concurrent_streams:Int32Value ' +
    'http2_initial_stream_window_size:Int32Value http2_initial_connection_window_size:Int32Value ' +
    'http_headers_with_underscores_action:mesh.v1alpha1.ProxyConfig.ConnectionSettings.HeadersWithUnderscoresAction http_merge_slashes:BoolValue ' +
    'http_path_with_escaped_slashes_action:mesh.v1alpha1.ProxyConfig.ConnectionSettings.PathWithEscapedSlashesAction listener_connection_limit:Int32Value ' +
    'global_downstream_connection_limit:Int32Value',
  'mesh.v1alpha1.ProxyConfig.ConnectionSettings.HeadersWithUnderscoresAction HEADERS_WITH_UNDERSCORES_UNSPECIFIED=0 HEADERS_WITH_UNDERSCORES_ALLOW=1 ' +
    'HEADERS_WITH_UNDERSCORES_REJECT_REQUEST=2 HEADERS_WITH_UNDERSCORES_DROP_HEADER=3',
  'mesh.v1alpha1.ProxyConfig.ConnectionSettings.PathWithEscapedSlashesAction PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED=0 KEEP_UNCHANGED=1 REJECT_REQUEST=2 ' +
    'UNESCAPE_AND_REDIRECT=3 UNESCAPE_AND_FORWARD=4',
  'mesh.v1alpha1.ProxyConfig.ConnectionSettings.Profile SIDECAR=0 EDGE=1',
  'mesh.v1alpha1.ProxyConfig.InboundInterceptionMode REDIRECT=0 TPROXY=1 NONE=2',
  'mesh.v1alpha1.ProxyConfig.ProxyHeaders forwarded_client_cert:mesh.v1alpha1.ForwardClientCertDetails ' +
    'set_current_client_cert_details:mesh.v1alpha1.ProxyConfig.ProxyHeaders.SetCurrentClientCertDetails ' +
    'request_id:mesh.v1alpha1.ProxyConfig.ProxyHeaders.RequestId server:mesh.v1alpha1.ProxyConfig.ProxyHeaders.Server ' +
    'attempt_count:mesh.v1alpha1.ProxyConfig.ProxyHeaders.AttemptCount envoy_debug_headers:mesh.v1alpha1.ProxyConfig.ProxyHeaders.EnvoyDebugHeaders ' +
    'metadata_exchange_headers:mesh.v1alpha1.ProxyConfig.ProxyHeaders.MetadataExchangeHeaders preserve_http1_header_case:BoolValue ' +
    'x_forwarded_host:mesh.v1alpha1.ProxyConfig.ProxyHeaders.XForwardedHost x_forwarded_port:mesh.v1alpha1.ProxyConfig.ProxyHeaders.XForwardedPort',
  'mesh.v1alpha1.ProxyConfig.ProxyHeaders.AttemptCount disabled:BoolValue',
  'mesh.v1alpha1.ProxyConfig.ProxyHeaders.EnvoyDebugHeaders disabled:BoolValue',
  'mesh.v1alpha1.ProxyConfig.ProxyHeaders.MetadataExchangeHeaders mode:mesh.v1alpha1.ProxyConfig.ProxyHeaders.MetadataExchangeMode',
  'mesh.v1alpha1.ProxyConfig.ProxyHeaders.MetadataExchangeMode UNDEFINED=0 IN_MESH=1',
  'mesh.v1alpha1.ProxyConfig.ProxyHeaders.RequestId disabled:BoolValue',
  'mesh.v1alpha1.ProxyConfig.ProxyHeaders.Server disabled:BoolValue value:string',
  'mesh.v1alpha1.ProxyConfig.ProxyHeaders.SetCurrentClientCertDetails subject:BoolValue cert:BoolValue chain:BoolValue dns:BoolValue uri:BoolValue',
  'mesh.v1alpha1.ProxyConfig.ProxyHeaders.XForwardedHost enabled:BoolValue',
  'mesh.v1alpha1.ProxyConfig.ProxyHeaders.XForwardedPort enabled:BoolValue',
  'mesh.v1alpha1.ProxyConfig.ProxyStatsMatcher inclusion_prefixes:[]string inclusion_suffixes:[]string inclusion_regexps:[]string',
  'mesh.v1alpha1.ProxyConfig.TracingServiceName APP_LABEL_AND_NAMESPACE=0 CANONICAL_NAME_ONLY=1 CANONICAL_NAME_AND_NAMESPACE=2',
  'mesh.v1alpha1.RemoteService address:string tls_settings:networking.v1alpha3.ClientTLSSettings ' +
    'tcp_keepalive:networking.v1alpha3.ConnectionPoolSettings.TCPSettings.TcpKeepalive',
  'mesh.v1alpha1.Resource SERVICE_REGISTRY=0',
  'mesh.v1alpha1.SDS enabled:bool k8s_sa_jwt_path:string',
  'mesh.v1alpha1.ServiceEntryVisibility default_visibility:mesh.v1alpha1.ServiceEntryVisibility.Visibility apply_to_sidecars:bool ' +
    'policies:[]mesh.v1alpha1.ServiceEntryVisibility.Policy',
  'mesh.v1alpha1.ServiceEntryVisibility.MatchRule namespace_selector/matcher:mesh.v1alpha1.LabelSelector',
  'mesh.v1alpha1.ServiceEntryVisibility.Policy visibility:mesh.v1alpha1.ServiceEntryVisibility.Visibility ' +
    'matching_rules:[]mesh.v1alpha1.ServiceEntryVisibility.MatchRule',
  'mesh.v1alpha1.ServiceEntryVisibility.Visibility VISIBILITY_UNSPECIFIED=0 NONE=1 NAMESPACE=2 PUBLIC=3',
  'mesh.v1alpha1.Topology num_trusted_proxies:uint32 forward_client_cert_details:mesh.v1alpha1.ForwardClientCertDetails ' +
    'proxy_protocol:mesh.v1alpha1.Topology.ProxyProtocolConfiguration',
  'mesh.v1alpha1.Topology.ProxyProtocolConfiguration',
  'mesh.v1alpha1.Tracing zipkin/tracer:mesh.v1alpha1.Tracing.Zipkin lightstep/tracer:mesh.v1alpha1.Tracing.Lightstep ' +
    'datadog/tracer:mesh.v1alpha1.Tracing.Datadog stackdriver/tracer:mesh.v1alpha1.Tracing.Stackdriver ' +
    'open_census_agent/tracer:mesh.v1alpha1.Tracing.OpenCensusAgent custom_tags:{}mesh.v1alpha1.Tracing.CustomTag max_path_tag_length:uint32 ' +
    'sampling:double tls_settings:networking.v1alpha3.ClientTLSSettings enable_istio_tags:BoolValue',
  'mesh.v1alpha1.Tracing.CustomTag literal/type:mesh.v1alpha1.Tracing.Literal environment/type:mesh.v1alpha1.Tracing.Environment ' +
    'header/type:mesh.v1alpha1.Tracing.RequestHeader',
  'mesh.v1alpha1.Tracing.Datadog address:string',
  'mesh.v1alpha1.Tracing.Environment name:string default_value:string',
  'mesh.v1alpha1.Tracing.Lightstep address:string access_token:string',
  'mesh.v1alpha1.Tracing.Literal value:string',
  'mesh.v1alpha1.Tracing.OpenCensusAgent address:string context:[]mesh.v1alpha1.Tracing.OpenCensusAgent.TraceContext',
  'mesh.v1alpha1.Tracing.OpenCensusAgent.TraceContext UNSPECIFIED=0 W3C_TRACE_CONTEXT=1 GRPC_BIN=2 CLOUD_TRACE_CONTEXT=3 B3=4',
  'mesh.v1alpha1.Tracing.RequestHeader name:string default_value:string',
  'mesh.v1alpha1.Tracing.Stackdriver debug:bool max_number_of_attributes:Int64Value max_number_of_annotations:Int64Value ' +
    'max_number_of_message_events:Int64Value',
  'mesh.v1alpha1.Tracing.Zipkin address:string',
  'networking.v1alpha3.ClientTLSSettings mode:networking.v1alpha3.ClientTLSSettings.TLSmode client_certificate:string private_key:string ' +
    'ca_certificates:string credential_name:string subject_alt_names:[]string sni:string insecure_skip_verify:BoolValue ca_crl:string',
  'networking.v1alpha3.ClientTLSSettings.TLSmode DISABLE=0 SIMPLE=1 MUTUAL=2 ISTIO_MUTUAL=3',
  'networking.v1alpha3.ConnectionPoolSettings tcp:networking.v1alpha3.ConnectionPoolSettings.TCPSettings ' +
    'http:networking.v1alpha3.ConnectionPoolSettings.HTTPSettings',
  'networking.v1alpha3.ConnectionPoolSettings.HTTPSettings http1_max_pending_requests:int32 http2_max_requests:int32 max_requests_per_connection:int32 ' +
    'max_retries:int32 idle_timeout:Duration h2_upgrade_policy:networking.v1alpha3.ConnectionPoolSettings.HTTPSettings.H2UpgradePolicy ' +
    'use_client_protocol:bool max_concurrent_streams:int32 http2_keep_alive:networking.v1alpha3.ConnectionPoolSettings.HTTPSettings.ConnectionKeepalive',
  'networking.v1alpha3.ConnectionPoolSettings.HTTPSettings.ConnectionKeepalive interval:Duration timeout:Duration',
  'networking.v1alpha3.ConnectionPoolSettings.HTTPSettings.H2UpgradePolicy DEFAULT=0 DO_NOT_UPGRADE=1 UPGRADE=2',
  'networking.v1alpha3.ConnectionPoolSettings.TCPSettings max_connections:int32 connect_timeout:Duration ' +
    'tcp_keepalive:networking.v1alpha3.ConnectionPoolSettings.TCPSettings.TcpKeepalive max_connection_duration:Duration idle_timeout:Duration',
  'networking.v1alpha3.ConnectionPoolSettings.TCPSettings.TcpKeepalive probes:uint32 time:Duration interval:Duration',
  'networking.v1alpha3.ExecHealthCheckConfig command:[]string',
  'networking.v1alpha3.GrpcHealthCheckConfig port:uint32 service:string',
  'networking.v1alpha3.HTTPHeader name:string value:string',
  'networking.v1alpha3.HTTPHealthCheckConfig path:string port:uint32 host:string scheme:string http_headers:[]networking.v1alpha3.HTTPHeader',
  'networking.v1alpha3.HTTPRetry attempts:int32 per_try_timeout:Duration retry_on:string retry_remote_localities:BoolValue ' +
    'retry_ignore_previous_hosts:BoolValue backoff:Duration',
  'networking.v1alpha3.LocalityLoadBalancerSetting distribute:[]networking.v1alpha3.LocalityLoadBalancerSetting.Distribute ' +
    'failover:[]networking.v1alpha3.LocalityLoadBalancerSetting.Failover failover_priority:[]string enabled:BoolValue',
  'networking.v1alpha3.LocalityLoadBalancerSetting.Distribute from:string to:{}uint32',
  'networking.v1alpha3.LocalityLoadBalancerSetting.Failover from:string to:string',
  'networking.v1alpha3.OutlierDetection consecutive_errors:int32 split_external_local_origin_errors:bool consecutive_local_origin_failures:UInt32Value ' +
    'consecutive_gateway_errors:UInt32Value consecutive_5xx_errors:UInt32Value interval:Duration base_ejection_time:Duration max_ejection_percent:int32 ' +
    'min_health_percent:int32 outlier_detection_http_error_codes:[]uint32',
  'networking.v1alpha3.ReadinessProbe initial_delay_seconds:int32 timeout_seconds:int32 period_seconds:int32 success_threshold:int32 ' +
    'failure_threshold:int32 http_get/health_check_method:networking.v1alpha3.HTTPHealthCheckConfig ' +
    'tcp_socket/health_check_method:networking.v1alpha3.TCPHealthCheckConfig exec/health_check_method:networking.v1alpha3.ExecHealthCheckConfig ' +
    'grpc/health_check_method:networking.v1alpha3.GrpcHealthCheckConfig',
  'networking.v1alpha3.TCPHealthCheckConfig host:string port:uint32',
  'networking.v1alpha3.ZoneAwareLoadBalancerSetting enabled:BoolValue failover:[]networking.v1alpha3.ZoneAwareLoadBalancerSetting.Failover ' +
    'failover_priority:[]string min_cluster_size:UInt32Value',
  'networking.v1alpha3.ZoneAwareLoadBalancerSetting.Failover from:string to:string',
  'networking.v1beta1.ProxyConfig selector:type.v1beta1.WorkloadSelector concurrency:Int32Value environment_variables:{}string ' +
    'image:networking.v1beta1.ProxyImage',
  'networking.v1beta1.ProxyImage image_type:string',
  'type.v1beta1.WorkloadSelector match_labels:{}string',
]
