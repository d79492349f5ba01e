// The messages reachable from the Helm values of istiod. Written by scripts/generate-mesh-schema.ts: do not edit.

export const VALUES_SCHEMA: readonly string[] = [
  'operator.v1alpha1.Agentgateway image:string',
  'operator.v1alpha1.ArchConfig amd64:uint32 ppc64le:uint32 s390x:uint32 arm64:uint32',
  'operator.v1alpha1.BaseConfig enableCRDTemplates:BoolValue excludedCRDs:[]string validationURL:string enableIstioConfigCRDs:BoolValue ' +
    'validateGateway:BoolValue validationCABundle:string',
  'operator.v1alpha1.CNIAmbientConfig enabled:BoolValue configDir:string dnsCapture:BoolValue ipv6:BoolValue reconcileIptablesOnStartup:BoolValue ' +
    'enablementSelectors:[]Struct shareHostNetworkNamespace:BoolValue enableAmbientDetectionRetry:BoolValue',
  'operator.v1alpha1.CNIConfig enabled:BoolValue hub:string tag:Value variant:string image:string pullPolicy:string cniBinDir:string cniConfDir:string ' +
    'cniConfFileName:string cniNetnsDir:string excludeNamespaces:[]string affinity:Struct env:Struct daemonSetLabels:Struct podAnnotations:Struct ' +
    'podLabels:Struct psp_cluster_role:string logLevel:string logging:operator.v1alpha1.GlobalLoggingConfig repair:operator.v1alpha1.CNIRepairConfig ' +
    'chained:BoolValue resource_quotas:operator.v1alpha1.ResourceQuotas resources:operator.v1alpha1.Resources privileged:BoolValue seccompProfile:Struct ' +
    'ambient:operator.v1alpha1.CNIAmbientConfig provider:string rollingMaxUnavailable:operator.v1alpha1.IntOrString istioOwnedCNIConfig:BoolValue ' +
    'istioOwnedCNIConfigFileName:string useAppArmorAnnotation:BoolValue',
  'operator.v1alpha1.CNIRepairConfig enabled:BoolValue hub:string tag:Value image:string labelPods:bool repairPods:bool createEvents:string ' +
    'deletePods:bool brokenPodLabelKey:string brokenPodLabelValue:string initContainerName:string',
  'operator.v1alpha1.CNIUsageConfig enabled:BoolValue chained:BoolValue provider:string',
  'operator.v1alpha1.DefaultPodDisruptionBudgetConfig enabled:BoolValue',
  'operator.v1alpha1.DefaultResourcesConfig requests:operator.v1alpha1.ResourcesRequestsConfig',
  'operator.v1alpha1.EgressGatewayConfig autoscaleEnabled:BoolValue autoscaleMax:uint32 autoscaleMin:uint32 ' +
    'memory:operator.v1alpha1.TargetUtilizationConfig cpu:operator.v1alpha1.TargetUtilizationConfig customService:BoolValue enabled:BoolValue env:Struct ' +
    'labels:{}string name:string nodeSelector:Struct podAnnotations:Struct podAntiAffinityLabelSelector:[]Struct podAntiAffinityTermLabelSelector:[]Struct ' +
    'ports:[]operator.v1alpha1.PortsConfig resources:operator.v1alpha1.Resources secretVolumes:[]operator.v1alpha1.SecretVolume serviceAnnotations:Struct ' +
    'type:string tolerations:[]Struct rollingMaxSurge:operator.v1alpha1.IntOrString rollingMaxUnavailable:operator.v1alpha1.IntOrString ' +
    'configVolumes:[]Struct additionalContainers:[]Struct runAsRoot:BoolValue injectionTemplate:string serviceAccount:operator.v1alpha1.ServiceAccount ' +
    'ipFamilies:[]string ipFamilyPolicy:string',
  'operator.v1alpha1.ExperimentalConfig stableValidationPolicy:BoolValue',
  'operator.v1alpha1.GatewaysConfig istio_egressgateway=istio-egressgateway:operator.v1alpha1.EgressGatewayConfig enabled:BoolValue ' +
    'istio_ingressgateway=istio-ingressgateway:operator.v1alpha1.IngressGatewayConfig securityContext:Value seccompProfile:Value',
  'operator.v1alpha1.GlobalConfig arch:operator.v1alpha1.ArchConfig certSigners:[]string configValidation:BoolValue defaultNodeSelector:Struct ' +
    'defaultPodDisruptionBudget:operator.v1alpha1.DefaultPodDisruptionBudgetConfig defaultResources:operator.v1alpha1.DefaultResourcesConfig ' +
    'defaultTolerations:[]Struct hub:string imagePullPolicy:string imagePullSecrets:[]string istioNamespace:string logAsJson:BoolValue ' +
    'logging:operator.v1alpha1.GlobalLoggingConfig meshID:string meshNetworks:Struct multiCluster:operator.v1alpha1.MultiClusterConfig network:string ' +
    'podDNSSearchNamespaces:[]string omitSidecarInjectorConfigMap:BoolValue operatorManageWebhooks:BoolValue priorityClassName:string ' +
    'proxy:operator.v1alpha1.ProxyConfig proxy_init=proxy_init:operator.v1alpha1.ProxyInitConfig sds:operator.v1alpha1.SDSConfig tag:Value variant:string ' +
    'tracer:operator.v1alpha1.TracerConfig remotePilotAddress:string istiod:operator.v1alpha1.IstiodConfig pilotCertProvider:string jwtPolicy:string ' +
    'sts:operator.v1alpha1.STSConfig revision:string mountMtlsCerts:BoolValue caAddress:string externalIstiod:BoolValue configCluster:BoolValue ' +
    'caName:string platform:string ipFamilies:[]string ipFamilyPolicy:string waypoint:operator.v1alpha1.WaypointConfig trustBundleName:string ' +
    'nativeNftables:BoolValue networkPolicy:operator.v1alpha1.NetworkPolicyConfig resourceScope:operator.v1alpha1.ResourceScope ' +
    'agentgateway:operator.v1alpha1.Agentgateway enableReaderRBAC:BoolValue readerServiceAccount:operator.v1alpha1.ReaderServiceAccount',
  'operator.v1alpha1.GlobalLoggingConfig level:string',
  'operator.v1alpha1.IngressGatewayConfig autoscaleEnabled:BoolValue autoscaleMax:uint32 autoscaleMin:uint32 ' +
    'memory:operator.v1alpha1.TargetUtilizationConfig cpu:operator.v1alpha1.TargetUtilizationConfig customService:BoolValue enabled:BoolValue env:Struct ' +
    'labels:{}string loadBalancerIP:string loadBalancerSourceRanges:[]string name:string nodeSelector:Struct podAnnotations:Struct ' +
    'podAntiAffinityLabelSelector:[]Struct podAntiAffinityTermLabelSelector:[]Struct ports:[]operator.v1alpha1.PortsConfig replicaCount:uint32 ' +
    'resources:Struct secretVolumes:[]operator.v1alpha1.SecretVolume serviceAnnotations:Struct type:string rollingMaxSurge:operator.v1alpha1.IntOrString ' +
    'rollingMaxUnavailable:operator.v1alpha1.IntOrString externalTrafficPolicy:string tolerations:[]Struct ingressPorts:[]Struct ' +
    'additionalContainers:[]Struct configVolumes:[]Struct runAsRoot:BoolValue injectionTemplate:string serviceAccount:operator.v1alpha1.ServiceAccount ' +
    'ipFamilies:[]string ipFamilyPolicy:string',
  'operator.v1alpha1.IntOrString type:int64 intVal:Int32Value strVal:StringValue',
  'operator.v1alpha1.IstiodConfig enableAnalysis:BoolValue',
  'operator.v1alpha1.IstiodRemoteConfig injectionURL:string injectionPath:string injectionCABundle:string enabled:BoolValue ' +
    'enabledLocalInjectorIstiod:BoolValue',
  'operator.v1alpha1.MultiClusterConfig enabled:BoolValue clusterName:string globalDomainSuffix:string includeEnvoyFilter:BoolValue',
  'operator.v1alpha1.NetworkPolicyConfig enabled:BoolValue',
  'operator.v1alpha1.PilotConfig enabled:BoolValue autoscaleEnabled:BoolValue autoscaleMin:uint32 autoscaleMax:uint32 autoscaleBehavior:Struct ' +
    'replicaCount:uint32 image:string traceSampling:double resources:operator.v1alpha1.Resources cpu:operator.v1alpha1.TargetUtilizationConfig ' +
    'nodeSelector:Struct keepaliveMaxServerConnectionAge:Duration deploymentLabels:Struct podLabels:Struct configMap:BoolValue env:Struct affinity:Struct ' +
    'rollingMaxSurge:operator.v1alpha1.IntOrString rollingMaxUnavailable:operator.v1alpha1.IntOrString tolerations:[]Struct podAnnotations:Struct ' +
    'serviceAnnotations:Struct serviceAccountAnnotations:Struct jwksResolverExtraRootCA:string hub:string tag:Value variant:string seccompProfile:Struct ' +
    'topologySpreadConstraints:[]Struct extraContainerArgs:[]Struct volumeMounts:[]Struct volumes:[]Struct ipFamilies:[]string ipFamilyPolicy:string ' +
    'memory:operator.v1alpha1.TargetUtilizationConfig cni:operator.v1alpha1.CNIUsageConfig taint:operator.v1alpha1.PilotTaintControllerConfig ' +
    'trustedZtunnelNamespace:string istiodRemote:operator.v1alpha1.IstiodRemoteConfig envVarFrom:[]Struct crlConfigMapName:string',
  'operator.v1alpha1.PilotTaintControllerConfig enabled:bool namespace:string name:string',
  'operator.v1alpha1.PortsConfig name:string port:int32 nodePort:int32 targetPort:int32 protocol:string',
  'operator.v1alpha1.ProxyConfig autoInject:string clusterDomain:string componentLogLevel:string enableCoreDump:BoolValue excludeInboundPorts:string ' +
    'excludeIPRanges:string image:string includeIPRanges:string logLevel:string outlierLogPath:string privileged:BoolValue ' +
    'readinessInitialDelaySeconds:uint32 readinessPeriodSeconds:uint32 readinessFailureThreshold:uint32 seccompProfile:Struct ' +
    'startupProbe:operator.v1alpha1.StartupProbe statusPort:uint32 resources:operator.v1alpha1.Resources tracer:operator.v1alpha1.tracer ' +
    'excludeOutboundPorts:string lifecycle:Struct holdApplicationUntilProxyStarts:BoolValue includeInboundPorts:string includeOutboundPorts:string',
  'operator.v1alpha1.ProxyInitConfig image:string resources:operator.v1alpha1.Resources',
  'operator.v1alpha1.ReaderServiceAccount name:string namespace:string',
  'operator.v1alpha1.ResourceQuotas enabled:BoolValue pods:int64',
  'operator.v1alpha1.ResourceScope undefined=0 all=1 cluster=2 namespace=3',
  'operator.v1alpha1.Resources limits:{}string requests:{}string',
  'operator.v1alpha1.ResourcesRequestsConfig cpu:string memory:string',
  'operator.v1alpha1.SDSConfig token:Struct',
  'operator.v1alpha1.STSConfig servicePort:uint32',
  'operator.v1alpha1.SecretVolume mountPath:string name:string secretName:string',
  'operator.v1alpha1.ServiceAccount annotations:Struct',
  'operator.v1alpha1.SidecarInjectorConfig enableNamespacesByDefault:BoolValue reinvocationPolicy:string neverInjectSelector:[]Struct ' +
    'alwaysInjectSelector:[]Struct rewriteAppHTTPProbe:BoolValue injectedAnnotations:Struct injectionURL:string templates:Struct defaultTemplates:[]string',
  'operator.v1alpha1.StartupProbe enabled:BoolValue failureThreshold:uint32',
  'operator.v1alpha1.TargetUtilizationConfig targetAverageUtilization:int32',
  'operator.v1alpha1.TelemetryConfig enabled:BoolValue v2:operator.v1alpha1.TelemetryV2Config',
  'operator.v1alpha1.TelemetryV2Config enabled:BoolValue prometheus:operator.v1alpha1.TelemetryV2PrometheusConfig ' +
    'stackdriver:operator.v1alpha1.TelemetryV2StackDriverConfig',
  'operator.v1alpha1.TelemetryV2PrometheusConfig enabled:BoolValue',
  'operator.v1alpha1.TelemetryV2StackDriverConfig enabled:BoolValue',
  'operator.v1alpha1.TracerConfig datadog:operator.v1alpha1.TracerDatadogConfig lightstep:operator.v1alpha1.TracerLightStepConfig ' +
    'zipkin:operator.v1alpha1.TracerZipkinConfig stackdriver:operator.v1alpha1.TracerStackdriverConfig',
  'operator.v1alpha1.TracerDatadogConfig address:string',
  'operator.v1alpha1.TracerLightStepConfig address:string accessToken:string',
  'operator.v1alpha1.TracerStackdriverConfig debug:BoolValue maxNumberOfAttributes:uint32 maxNumberOfAnnotations:uint32 maxNumberOfMessageEvents:uint32',
  'operator.v1alpha1.TracerZipkinConfig address:string',
  'operator.v1alpha1.Values cni:operator.v1alpha1.CNIConfig gateways:operator.v1alpha1.GatewaysConfig global:operator.v1alpha1.GlobalConfig ' +
    'pilot:operator.v1alpha1.PilotConfig ztunnel:Value telemetry:operator.v1alpha1.TelemetryConfig ' +
    'sidecarInjectorWebhook:operator.v1alpha1.SidecarInjectorConfig istio_cni:operator.v1alpha1.CNIUsageConfig revision:string ownerName:string ' +
    'meshConfig:Value base:operator.v1alpha1.BaseConfig istiodRemote:operator.v1alpha1.IstiodRemoteConfig revisionTags:[]string defaultRevision:string ' +
    'profile:string compatibilityVersion:string experimental:operator.v1alpha1.ExperimentalConfig gatewayClasses:Value',
  'operator.v1alpha1.WaypointConfig resources:operator.v1alpha1.Resources affinity:Struct topologySpreadConstraints:[]Struct nodeSelector:Struct ' +
    'toleration:[]Struct',
  'operator.v1alpha1.tracer zipkin=0 lightstep=1 datadog=2 stackdriver=3 openCensusAgent=4 none=5',
]
