// All values of the chart: values.schema.json and their page are made of it.

import { z } from 'zod';
import { devices } from '#runtime/compute.js';
import { envSchema as augmentation } from '../../services/augmentation/env.js';
import { envSchema as evaluation } from '../../services/evaluation/env.js';
import { envSchema as gateway } from '../../services/gateway/env.js';
import { envSchema as inference } from '../../services/inference/env.js';
import { envSchema as training } from '../../services/training/env.js';
import { component, kedaTimes, scaling } from './component.js';
import {
  choice,
  count,
  destination,
  flag,
  free,
  freeList,
  group,
  image,
  resources,
  sharedVolume,
  text,
  texts,
  volume,
} from './fields.js';

const nothing = 'empty: none';
const gpuProfile = {
  gpuProfile: text(`Profile of \`gpuProfiles\` whose device its pods take; ${nothing}, the CPU.`),
};

const jobsPerReplica = {
  jobsPerReplica: count('Jobs at hand (waiting, prioritized, active, delayed) for a replica.', 1),
  ...kedaTimes,
};
const workerScaling = scaling(['keda', 'hpa'], jobsPerReplica);

const serving = {
  ...gpuProfile,
  autoscaling: scaling(['keda', 'hpa'], {
    callsPerReplica: count('Calls that run or wait for a replica.', 1),
    ...kedaTimes,
  }),
};
/** As `INFERENCE_POOLS` takes them. */
const models = z
  .array(z.string().regex(/^[^\s=,]+$/))
  .min(1)
  .describe('Base models that the pool serves, as `lethe model list` names them.');

const endpoint = (of: string) =>
  group(`OpenAI-compatible API of the ${of}.`, {
    url: text(`Base URL; ${nothing}.`),
    model: text('Model to ask.'),
    existingSecret: text(`Secret with the API key; ${nothing}.`),
    apiKeyKey: text('Its key.'),
  });

const place = (of: string) =>
  group(`Where ${of} are.`, {
    type: choice(['volume', 's3'], 'A volume that all pods share, or S3.'),
    location: text('With S3: `s3://bucket/folder`.'),
    volume: sharedVolume(of),
  });

const profile = z
  .strictObject({
    device: z.enum(devices).describe('`DEVICE`.'),
    imageVariant: text('What the tag of the image ends with, after a dash.'),
    imageDigest: text('Digest of that image, where `image.digest` is set.'),
    resource: text('Name of the extended resource; MIG slices have names of their own.'),
    count: count('How many of it a pod takes.', 1),
    nodeSelector: texts('Labels of nodes that have it.'),
    tolerations: freeList('Taints of those nodes that are borne.'),
    runtimeClassName: text(`Runtime class; ${nothing}.`),
    env: texts('Variables that the driver reads.'),
    readOnlyRootFilesystem: flag('`false` where a hook of the driver writes into the container.'),
    sharedMemory: text(`Size of /dev/shm; ${nothing}.`),
  })
  .partial();

const model = z.strictObject({
  model: z
    .string()
    .regex(/^[\w.-]+$/)
    .describe('Folder of the model.'),
  file: z
    .string()
    .regex(/^[\w.-]+$/)
    .describe('Name of the file in it.'),
  url: z
    .string()
    .regex(/^(https|hf|s3):\/\//)
    .describe('`https://...`, `hf://owner/name@revision/file` or `s3://bucket/key`.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the file, in hex.'),
});

const monitor = {
  enabled: flag('Whether there is one.'),
  labels: texts('Labels that your Prometheus or Grafana looks for.'),
};

export const valuesSchema = z
  .strictObject({
    nameOverride: text("In place of the chart's name."),
    fullnameOverride: text('What names of objects begin with.'),
    commonLabels: texts('Labels of every object.'),
    podAnnotations: texts('Annotations of the pods of all services.'),
    logLevel: choice(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      '`LOG_LEVEL`.',
    ),
    priorityClassName: text('Of the pods of all services.'),
    queuePrefix: z
      .string()
      .regex(/^[\w-]+$|^\{[\w-]+\}$/)
      .describe('`QUEUE_PREFIX`; in braces for a Redis Cluster.'),
    singleNode: flag('All pods on one node, as volumes need that one node alone can mount.'),
    extraObjects: freeList('More objects; templates in them are rendered.'),
    global: group('Values that subcharts share.', {
      imageRegistry: text('Registry of every image, in place of their own.'),
    }),
    image: image('all five services')
      .extend({
        pullSecrets: z.array(z.string()).optional().describe('Secrets for the registry.'),
      })
      .describe('Image of all five services.'),
    serviceAccount: group('Of the pods, without a token: Lethe asks Kubernetes for nothing.', {
      create: flag('Whether the release makes it.'),
      name: text('Its name.'),
      annotations: texts("Such as the cloud's role for S3 and KMS."),
    }),
    podSecurityContext: free('Of every pod.'),
    securityContext: free('Of every container.'),
    secrets: group("The operator's key, the root key and the key of receipts.", {
      existingSecret: text(
        'Secret with `admin-key`, `root-keys` (`ROOT_KEYS`) and `receipts-key` (PEM); empty: the release makes one, which outlives it.',
      ),
    }),
    certificates: group('What services show each other.', {
      source: choice(['helm', 'cert-manager', 'existing'], 'Who makes them.'),
      days: count('With `helm`: how long they are valid.', 1),
      issuerRef: free('With `cert-manager`: the issuer; empty: an authority of the release.'),
      existingSecrets: group('With `existing`: Secrets with `ca.crt`, `tls.crt` and `tls.key`.', {
        gateway: text("The gateway's."),
        augmentation: text("The augmentation workers'."),
        evaluation: text("The evaluation workers'."),
        inference: text("Inference's, for the DNS name `inference`."),
      }),
    }),
    claims: group('Keys that callers of inference sign with.', {
      existingSecret: text(
        'Secret with `gateway.pem`, `augmentation.pem`, `evaluation.pem` and `public.pem`; empty: the release makes one.',
      ),
    }),
    trustedCertificates: group('Authorities of your own for S3, Redis, teacher, judge, traces.', {
      configMap: text(`ConfigMap with them; ${nothing}.`),
      key: text('Its key.'),
    }),
    redis: group('The queues.', {
      type: choice(['internal', 'external'], 'One of the release, for a trial; or yours.'),
      internal: group('For a trial.', {
        image: image('Redis'),
        volume: volume('Redis'),
        resources,
      }),
      external: group(
        'Yours, with `noeviction`: one server, the master that Sentinels know, or a Cluster.',
        {
          host: text('Host; the name of the master with `sentinels`, any node with `cluster`.'),
          port: count('Port.', 1),
          tls: flag('Whether it speaks TLS.'),
          database: count('Number of the database.'),
          username: text('ACL user; empty: the default one.'),
          existingSecret: text(
            `Secret with the password, of characters that need no escape in a URL; ${nothing}.`,
          ),
          passwordKey: text('Its key.'),
          sentinels: z
            .array(z.string().regex(/.:\d+$/))
            .describe('`host:port` of each Sentinel; none: `host` is a server.'),
          sentinelPasswordKey: text(
            'Key of what the Sentinels ask for, in the same Secret; empty: they ask for nothing.',
          ),
          cluster: flag('Whether it is a Cluster; `queuePrefix` is in braces then.'),
        },
      ),
    }),
    database: group('Tenants, files, jobs.', {
      type: choice(
        ['embedded', 'internal', 'external'],
        'In the one gateway, a PostgreSQL of the release (both for a trial), or yours.',
      ),
      volume: volume('the embedded database'),
      internal: group('For a trial.', {
        image: image('PostgreSQL'),
        volume: volume('PostgreSQL'),
        resources,
      }),
      external: group('Yours.', {
        existingSecret: text('Secret with `postgresql://user:password@host/database`.'),
        urlKey: text('Its key.'),
      }),
    }),
    artifacts: place('artifacts'),
    keys: place('keys'),
    s3: group('The S3 server of artifacts and keys.', {
      endpoint: text("URL; empty: Amazon's."),
      region: text('Region.'),
      pathStyle: z.enum(['', 'true', 'false']).describe('`S3_PATH_STYLE`.'),
      existingSecret: text("Secret with credentials; empty: the service account's role."),
      accessKeyIdKey: text('Its key of the access key id.'),
      secretAccessKeyKey: text('Its key of the secret access key.'),
    }),
    models: group('Base models beside the built-in ones, in `/models`.', {
      existingClaim: text('Claim with a folder for each model.'),
      image: group('An OCI image with a folder for each model (Kubernetes 1.33 and later).', {
        reference: text('The image.'),
        pullPolicy: choice(['Always', 'IfNotPresent', 'Never'], 'When it is pulled.'),
      }),
      fetch: z
        .array(model)
        .describe(
          'Files that are fetched before a service starts: into `existingClaim` once for all pods, otherwise by each pod.',
        ),
      fetchSecret: text('Secret of variables for that, such as `HF_TOKEN` or `AWS_ACCESS_KEY_ID`.'),
      fetchResources: resources,
    }),
    gpuProfiles: z.record(z.string(), profile).describe('Devices, by a name that you choose.'),
    gateway: component('The HTTP API.', gateway.shape, {
      service: group('Its Service.', {
        type: choice(['ClusterIP', 'NodePort', 'LoadBalancer'], 'As Kubernetes has it.'),
        port: count('Port of the API.', 1),
        annotations: texts('Of the Service.'),
      }),
      autoscaling: scaling(['hpa'], { cpuPercent: count('CPU of its request, in %.', 1) }),
    }),
    augmentation: component('Workers that write safe answers.', augmentation.shape, {
      teacher: endpoint('teacher `openai`'),
      autoscaling: workerScaling,
    }),
    training: component('Workers that train.', training.shape, {
      ...gpuProfile,
      autoscaling: workerScaling,
    }),
    inference: component('What generates and scores.', inference.shape, {
      holdSeconds: count(
        '`INFERENCE_HOLD_MS` of callers, in s, where some `minReplicas` is 0: how long a call waits for the first replica.',
        1,
      ),
      pools: z
        .record(
          z.string().regex(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/),
          component('Replicas of their own.', inference.shape, serving).extend({
            models,
            resources: resources.partial().optional().describe('As those of `inference`.'),
          }),
        )
        .describe(
          'More pools, by a name of up to 12 characters (`a-z`, `0-9`, `-`): each serves the models that it names, on nodes of its own; this one serves all others. A pool has every value of `inference` but `pools` and `holdSeconds`. What it does not say is as in `inference`; its `settings`, `resources` and `autoscaling` are laid over those there key by key, all else stands in their place.',
        ),
      ...serving,
    }),
    evaluation: component('Workers that ask and judge.', evaluation.shape, {
      judge: endpoint('judge `llm`'),
      autoscaling: workerScaling,
    }),
    migrate: group('The Job that brings an external database to the schema of the release.', {
      retries: count('Tries after the first.'),
      deadlineSeconds: count('Longest time, in s.', 1),
      resources,
    }),
    ingress: group('An Ingress for the API.', {
      enabled: flag('Whether there is one.'),
      className: text("Its class; empty: the cluster's default."),
      host: text('Host.'),
      tlsSecret: text(`Secret with the certificate of the host; ${nothing}.`),
      annotations: texts('For the controller: streams may neither be buffered nor cut.'),
    }),
    httpRoute: group('An HTTPRoute of the Gateway API.', {
      enabled: flag('Whether there is one.'),
      annotations: texts('Of the route.'),
      parentRefs: freeList('The Gateway.'),
      hostnames: z.array(z.string()).describe('Hosts.'),
      requestTimeout: text('Longest request; `0s`: any.'),
    }),
    networkPolicy: group('Who may reach whom.', {
      enabled: flag('Whether there are policies.'),
      gatewayFrom: freeList('Who reaches the API; none: anybody.'),
      metricsFrom: freeList('Who reaches health and metrics; none: anybody.'),
      dns: freeList("The cluster's DNS."),
      keda: freeList('KEDA, which reads the queues of an internal Redis.'),
      egress: group('What is outside the release.', {
        database: destination('PostgreSQL', true),
        redis: destination('Redis', false),
        s3: destination('S3', true),
        models: destination('what models are fetched from', true),
        teacher: destination('the teacher', true),
        judge: destination('the judge', true),
        telemetry: destination('the collector of traces', true),
        extra: freeList('More egress rules, of every pod (AWS KMS, for example).'),
      }),
    }),
    monitoring: group('What watches it.', {
      prometheusUrl: text('Prometheus that KEDA asks for the calls of inference.'),
      serviceMonitor: group('For the Prometheus operator.', {
        ...monitor,
        interval: text('How often metrics are read.'),
      }),
      prometheusRule: group('Alerts.', {
        ...monitor,
        queueMinutes: count('How long a job may wait before that is said.', 1),
      }),
      dashboard: group("A dashboard as a ConfigMap, for Grafana's sidecar.", monitor),
    }),
    telemetry: group('Traces.', {
      endpoint: text(`\`OTEL_EXPORTER_OTLP_ENDPOINT\`; ${nothing}.`),
      headersSecret: text('Secret whose key `headers` is `OTEL_EXPORTER_OTLP_HEADERS`.'),
      settings: texts('Other variables of OpenTelemetry (`OTEL_...`).'),
    }),
    test: group('`helm test`.', {
      deadlineSeconds: count('Longest time, in s.', 1),
      resources,
    }),
  })
  .partial();
