// SPDX-License-Identifier: Apache-2.0
// validate - an HTTP proxy that holds every request and answer against the API's own document
//
//   node validate.mjs REPORT      prints its port; at the end (SIGTERM) writes REPORT, a JSON document
//
// A client is told of it by the variable http_proxy. The document is read from the first server asked. What is reported:
// an address or an answer the document does not know, an answer that is not as described, and a request the document refuses
// although the service takes it, a refusal whose reason the document does not name. A request that both refuse is as it should be. The rules are openapi-backend's (and ajv's).
import http from 'node:http';
import { writeFileSync } from 'node:fs';
import { OpenAPIBackend } from 'openapi-backend';
import addFormats from 'ajv-formats';

const report = process.argv[2];
const seen = { requests: 0, operations: {}, statuses: {}, violations: [] };
const servers = new Map(); // by origin, a promise of its document

async function documentOf(origin) {
  const definition = await (await fetch(`${origin}/api/openapi.json`)).json();
  const api = new OpenAPIBackend({
    definition,
    quick: true,
    ajvOpts: { strict: false, allErrors: true, coerceTypes: false },
    customizeAjv: (ajv) => addFormats(ajv),
  });
  await api.init();
  return api;
}

function violation(what, exchange, errors) {
  seen.violations.push({ what, ...exchange, errors: (errors ?? []).map((e) => `${e.instancePath} ${e.message}`) });
}

function parsed(type, body) {
  return /json/.test(type ?? '') && body.length ? JSON.parse(body.toString()) : undefined;
}

// What of the document's answers is meant by a status: "201", "4XX", "default".
function describedAnswer(operation, status) {
  const r = operation.responses;
  return r[status] ?? r[`${String(status)[0]}XX`] ?? r.default;
}

// Each reason of a problem is one of the operation's, or one that any request can meet.
function checkReasons(api, operation, exchange, problem) {
  if (exchange.status < 400) return;
  const named = new Set([...(operation['x-reasons'] ?? []), ...api.document['x-common-reasons']]);
  for (const code of [problem.code, ...(problem.errors ?? []).map((e) => e.code)])
    if (!named.has(code)) violation(`refused for ${code}, which the document does not name`, exchange);
}

function checkAnswer(api, operation, exchange, answer, body) {
  const described = describedAnswer(operation, answer.statusCode);
  const type = (answer.headers['content-type'] ?? '').split(';')[0];

  if (!described) return violation('an answer the document does not know', exchange);
  if (answer.statusCode === 304 || exchange.method === 'HEAD') return undefined;
  const content = described.$ref ? api.document.components.responses[described.$ref.split('/').pop()].content : described.content;
  if (!content?.[type]) return violation(`an answer of type ${type}, which the document does not know`, exchange);
  for (const name of Object.keys(described.headers ?? {}))
    if (name !== 'Location' && !answer.headers[name.toLowerCase()]) violation(`the header ${name} is missing`, exchange);
  if (!/json/.test(type)) return undefined;
  const { valid, errors } = api.validateResponse(parsed(type, body), operation, answer.statusCode);
  if (valid !== true && errors) violation('an answer that is not as described', exchange, errors);
  checkReasons(api, operation, exchange, parsed(type, body));
  return undefined;
}

// openapi-backend looks into bodies of JSON; of others the document must name the type.
function requestFaults(api, asked, operation) {
  const type = asked.headers['content-type']?.split(';')[0];
  const { errors } = api.validateRequest(asked, operation);

  if (asked.body !== undefined || !type || /json/.test(type)) return errors;
  if (operation.requestBody?.content[type]) return errors?.filter((e) => e.params?.missingProperty !== 'requestBody');
  return [{ instancePath: '', message: `a body of type ${type} is not in the document` }];
}

function check(api, request, body, answer, answerBody) {
  const url = new URL(request.url);
  const asked = {
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    headers: request.headers,
    body: parsed(request.headers['content-type'], body),
  };
  const exchange = { method: request.method, path: url.pathname, status: answer.statusCode };
  let operation = api.matchOperation({ ...asked, method: request.method === 'HEAD' ? 'GET' : request.method });

  seen.requests++;
  seen.statuses[answer.statusCode] = (seen.statuses[answer.statusCode] ?? 0) + 1;
  if (!url.pathname.startsWith('/api/v1/')) return;
  if (!operation) {
    if (answer.statusCode < 400) violation('an address the document does not know', exchange);
    return;
  }
  operation = api.getOperation(operation.operationId);
  seen.operations[operation.operationId] = (seen.operations[operation.operationId] ?? 0) + 1;
  if (answer.statusCode < 400) {
    const errors = requestFaults(api, asked, operation);
    if (errors?.length) violation('taken, though the document refuses it', exchange, errors);
  }
  checkAnswer(api, operation, exchange, answer, answerBody);
}

async function whole(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

function forward(request, body) {
  return new Promise((resolve, reject) => {
    const { 'proxy-connection': _, ...headers } = request.headers;
    const out = http.request(request.url, { method: request.method, headers }, resolve);
    out.on('error', reject);
    out.end(body);
  });
}

const server = http.createServer(async (request, response) => {
  try {
    const body = await whole(request);
    const answer = await forward(request, body);
    const answerBody = await whole(answer);
    const { origin } = new URL(request.url);

    if (!servers.has(origin)) servers.set(origin, documentOf(origin));
    check(await servers.get(origin), request, body, answer, answerBody);
    const { 'transfer-encoding': _, ...headers } = answer.headers;
    response.writeHead(answer.statusCode, headers);
    response.end(answerBody);
  } catch (error) {
    seen.violations.push({ what: 'the proxy failed', path: request.url, errors: [String(error.stack)] });
    response.writeHead(502);
    response.end();
  }
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.on('SIGTERM', () => {
  writeFileSync(report, `${JSON.stringify(seen, null, 1)}\n`);
  process.exit(0);
});
