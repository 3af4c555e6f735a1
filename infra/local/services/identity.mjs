// The local identity provider: oidc-provider in front of cognito-local, in one process.
// cognito-local holds the user pool (people, passwords, app clients); oidc-provider signs people
// in with its accounts and gives tokens to its clients. Configuration comes as JSON in
// LIAISON_IDENTITY, the working folder holds the data, the first line on stdout says what was made.

import { createHash, createPrivateKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1'; // cognito-local brings the old SDK
const require = createRequire(import.meta.url);
const { createDefaultServer } = require('cognito-local');
const pino = require('pino');
const { Provider, errors, interactionPolicy } = await import('oidc-provider');
const { default: MemoryAdapter } = await import('oidc-provider/lib/adapters/memory_adapter.js');

const config = JSON.parse(process.env.LIAISON_IDENTITY);
const hour = 3600;

// --- secrets of app clients ----------------------------------------------------------------------

// What cognito-local lacks: an app client has up to two secrets. The one it was made with is the pool's, until the first change here.

function refusal(name, message) {
  return Object.assign(new Error(message), { name });
}

async function secretsOf({ UserPoolId, ClientId }) {
  const { UserPoolClient: c } = await cognito('DescribeUserPoolClient', { UserPoolId, ClientId });
  if (!c.ClientSecret) throw refusal('InvalidParameterException', 'Client does not have a secret.');
  return state.secrets?.[ClientId] ?? [{ id: `${ClientId}--${Math.floor(c.CreationDate * 1000)}`, value: c.ClientSecret, made: c.CreationDate }];
}

function keepSecrets(clientID, secrets) {
  state.secrets = { ...state.secrets, [clientID]: secrets };
  keepState();
}

const secretActions = {
  async AddUserPoolClientSecret(input) {
    const held = await secretsOf(input);
    if (held.length > 1) throw refusal('LimitExceededException', 'Client has reached the limit of secrets.');
    const at = Math.max(Date.now(), ...held.map((s) => Math.floor(s.made * 1000) + 1)); // the id tells them apart by it
    const added = { id: `${input.ClientId}--${at}`, value: input.ClientSecret ?? randomBytes(32).toString('hex'), made: at / 1000 };
    keepSecrets(input.ClientId, [...held, added]);
    const described = { ClientSecretId: added.id, ClientSecretCreateDate: added.made };
    return { ClientSecretDescriptor: input.ClientSecret ? described : { ...described, ClientSecretValue: added.value } };
  },
  async ListUserPoolClientSecrets(input) {
    const held = await secretsOf(input);
    return { ClientSecrets: held.map((s) => ({ ClientSecretId: s.id, ClientSecretCreateDate: s.made })) };
  },
  async DeleteUserPoolClientSecret(input) {
    const held = await secretsOf(input);
    const left = held.filter((s) => s.id !== input.ClientSecretId);
    if (left.length === held.length) throw refusal('ResourceNotFoundException', 'Client secret not found.');
    if (left.length === 0) throw refusal('InvalidParameterException', 'The last secret of a client cannot be deleted.');
    keepSecrets(input.ClientId, left);
    return {};
  },
};

// --- the user pool -----------------------------------------------------------------------------

const pool = await createDefaultServer(pino({ level: 'error' }, pino.destination(2)));
const cognitoServer = createServer((req, res) => {
  const action = secretActions[req.headers['x-amz-target']?.split('.')[1]];
  if (!action) {
    pool.application(req, res);
    return;
  }
  const answer = (status, body) => res.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  text(req).then(JSON.parse).then(action).then((body) => answer(200, body), (err) => answer(400, { __type: err.name, message: err.message }));
});
const cognitoURL = `http://127.0.0.1:${await listen(cognitoServer, config.cognitoPort)}`;

// cognito calls the emulator as our Go code does, by its public API. It throws an Error whose
// name is Cognito's error type.
async function cognito(action, input) {
  const res = await fetch(cognitoURL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${action}`,
    },
    body: JSON.stringify(input),
  });
  const body = await res.json();
  if (res.ok) return body;
  throw Object.assign(new Error(`${action}: ${body.message}`), { name: body.__type ?? 'InternalErrorException' });
}

// sought gives what a call finds, and undefined when there is no such thing.
async function sought(action, input) {
  try {
    return await cognito(action, input);
  } catch (err) {
    if (['ResourceNotFoundException', 'UserNotFoundException'].includes(err.name)) return undefined;
    throw err;
  }
}

// --- what is there from the start ----------------------------------------------------------------

const server = createServer();
const port = await listen(server, config.port);
const issuer = `http://localhost:${port}`;
const signedIn = `${issuer}/signed-in`; // where tests end a sign-in: it answers nothing, the code is in its URL

const stateFile = 'identity.json';
const state = existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, 'utf8')) : await seed();

function keepState(now = state) {
  writeFileSync(stateFile, JSON.stringify(now), { mode: 0o600 });
}

// The pages may answer on another port than the last time.
await cognito('UpdateUserPoolClient', { UserPoolId: state.userPoolID, ClientId: state.pagesClientID, ...pagesClient() });

function pagesClient() {
  return {
    ClientName: 'pages',
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'profile', config.scope],
    CallbackURLs: [...config.redirects, signedIn],
    LogoutURLs: config.logouts,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  };
}

async function seed() {
  const { UserPool: { Id: UserPoolId } } = await cognito('CreateUserPool', {
    PoolName: 'liaison',
    UsernameAttributes: ['email'],
  });
  const { UserPoolClient: pages } = await cognito('CreateUserPoolClient', { UserPoolId, ...pagesClient() });
  const { UserPoolClient: machine } = await cognito('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'operator',
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: [config.scope],
  });
  const { User: person } = await cognito('AdminCreateUser', {
    UserPoolId,
    Username: config.operator.name,
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: config.operator.name },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'name', Value: config.operator.display },
    ],
  });
  await cognito('AdminSetUserPassword', {
    UserPoolId, Username: config.operator.name, Password: config.operator.password, Permanent: true,
  });
  const made = {
    userPoolID: UserPoolId,
    pagesClientID: pages.ClientId,
    operatorClientID: machine.ClientId,
    operatorSecret: machine.ClientSecret,
    operatorName: config.operator.name,
    operatorPassword: config.operator.password,
    operatorSub: person.Attributes.find((a) => a.Name === 'sub').Value,
  };
  keepState(made);
  return made;
}

// --- accounts and clients, read from the pool each time -----------------------------------------

// person gives an account by user name or sub, or undefined when there is none or it is disabled.
async function person(name) {
  const found = await sought('AdminGetUser', { UserPoolId: state.userPoolID, Username: name });
  if (!found?.Enabled) return undefined; // cognito-local itself signs disabled people in
  return { username: found.Username, ...Object.fromEntries(found.UserAttributes.map((a) => [a.Name, a.Value])) };
}

// checked gives the account of a user name and password, or undefined. Whether the name, the
// password or a password still to be set is the matter is told to nobody.
async function checked(name, password) {
  if (!name || !password) return undefined;
  try {
    const answer = await cognito('InitiateAuth', {
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: state.pagesClientID,
      AuthParameters: { USERNAME: name, PASSWORD: password },
    });
    return answer.AuthenticationResult ? await person(name) : undefined;
  } catch (err) {
    if (/^(NotAuthorized|InvalidPassword|UserNotFound|PasswordResetRequired|UserNotConfirmed)Exception$/.test(err.name)) return undefined;
    throw err;
  }
}

// PoolClients shows the pool's app clients to oidc-provider, so that one that our code creates
// works at once and one that it deletes is refused at once.
class PoolClients {
  async find(id) {
    const found = await sought('DescribeUserPoolClient', { UserPoolId: state.userPoolID, ClientId: id });
    if (!found) return undefined;
    const c = found.UserPoolClient;
    const flows = c.AllowedOAuthFlows ?? [];
    return {
      client_id: c.ClientId,
      client_name: c.ClientName,
      client_secret: c.ClientSecret,
      token_endpoint_auth_method: c.ClientSecret ? 'client_secret_basic' : 'none',
      grant_types: [...(flows.includes('code') ? ['authorization_code'] : []), ...(flows.includes('client_credentials') ? ['client_credentials'] : [])],
      response_types: flows.includes('code') ? ['code'] : [],
      redirect_uris: c.CallbackURLs ?? [],
      post_logout_redirect_uris: c.LogoutURLs ?? [],
    };
  }
}

// --- the trigger ---------------------------------------------------------------------------------

// asked asks the pool's pre token generation trigger before a token is given. As Cognito's it has 5 seconds and is asked three times where it does
// not answer within them; where it fails there is no token. What it answers changes none here.
async function asked(token) {
  if (!config.trigger) return;
  const source = token.kind === 'ClientCredentials' ? 'ClientCredentials' : 'HostedAuth';
  const event = {
    version: '3', triggerSource: `TokenGeneration_${source}`, region: 'eu-central-1', userPoolId: state.userPoolID,
    userName: token.accountId ?? token.clientId, callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: token.clientId },
    request: { userAttributes: {}, groupConfiguration: null, scopes: [config.scope] }, response: { claimsAndScopeOverrideDetails: null },
  };
  for (let tries = 1; ; tries += 1) {
    try {
      const res = await fetch(config.trigger, { method: 'POST', body: JSON.stringify(event), signal: AbortSignal.timeout(5000) });
      const said = await res.text();
      if (res.ok) return;
      throw new errors.InvalidRequest(`PreTokenGeneration failed with error ${said}`);
    } catch (err) {
      if (err.name !== 'TimeoutError') throw err;
      if (tries === 3) throw new errors.InvalidRequest('PreTokenGeneration timed out');
    }
  }
}

// --- the provider --------------------------------------------------------------------------------

const api = 'urn:liaison:api'; // the one resource tokens are for; callers need not name it
const policy = interactionPolicy.base();
policy.remove('consent'); // the only client people meet is our own

const provider = new Provider(issuer, {
  adapter: (name) => (name === 'Client' ? new PoolClients() : new MemoryAdapter(name)),
  jwks: { keys: [{ ...createPrivateKey(config.key).export({ format: 'jwk' }), kid: config.kid, use: 'sig', alg: 'RS256' }] },
  // Cookies know no ports: without it two runs in one browser would sign each other out.
  cookies: {
    keys: [randomBytes(32).toString('hex')],
    names: { session: `_session_${port}`, interaction: `_interaction_${port}`, resume: `_resume_${port}` },
  },
  // Where Cognito has them.
  routes: {
    authorization: '/oauth2/authorize',
    token: '/oauth2/token',
    userinfo: '/oauth2/userInfo',
    revocation: '/oauth2/revoke',
    end_session: '/logout',
    jwks: '/.well-known/jwks.json',
  },
  responseTypes: ['code'],
  scopes: ['openid', 'email', 'profile', config.scope],
  claims: {
    openid: ['sub', 'token_use', 'cognito:username'],
    email: ['email', 'email_verified'],
    profile: ['name'],
  },
  conformIdTokenClaims: false, // Cognito's ID tokens carry them all
  pkce: { required: () => true },
  clientBasedCORS: () => false,
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => api,
      useGrantedResource: () => true,
      getResourceServerInfo(ctx, resource) {
        if (resource !== api) throw new errors.InvalidTarget();
        return { scope: config.scope, audience: config.audience, accessTokenFormat: 'jwt', accessTokenTTL: hour, jwt: { sign: { alg: 'RS256' } } };
      },
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource(ctx, form) {
        const w = words(undefined, ctx.req);
        ctx.body = page(w, w.signOut, `${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">${w.signOut}</button>`);
      },
      postLogoutSuccessSource(ctx) {
        const w = words(undefined, ctx.req);
        ctx.body = page(w, w.signedOut, '');
      },
    },
  },
  formats: {
    customizers: {
      async jwt(ctx, token, jwt) {
        await asked(token);
        jwt.payload.token_use = 'access';
        jwt.payload.scope ??= config.scope; // asked for none: Cognito gives all that the client may have
        if (token.accountId) jwt.payload.username = (await person(token.accountId))?.username;
        if (config.likeCognito) {
          // oidc-provider insists on an audience, so it stays, where JSON does not look.
          Object.defineProperty(jwt.payload, 'aud', { enumerable: false });
          jwt.header = { typ: undefined };
        }
      },
    },
  },
  interactions: { policy, url: (ctx, interaction) => `/sign-in/${interaction.uid}` },
  async findAccount(ctx, sub) {
    const found = await person(sub);
    return found && {
      accountId: found.sub,
      claims: (use) => ({
        sub: found.sub,
        ...(use === 'id_token' ? { token_use: 'id', 'cognito:username': found.username } : {}),
        email: found.email,
        email_verified: found.email_verified === 'true',
        name: found.name,
      }),
    };
  },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid email profile');
    grant.addResourceScope(api, config.scope);
    await grant.save();
    return grant;
  },
  renderError(ctx, out) {
    const w = words(undefined, ctx.req);
    ctx.type = 'html';
    ctx.body = page(w, w.failed, `<p>${escape(out.error_description ?? out.error)}</p>`);
  },
  ttl: {
    AccessToken: hour, AuthorizationCode: 60, ClientCredentials: hour, Grant: 24 * hour, IdToken: hour, Interaction: hour, Session: 24 * hour,
  },
});
// Any of an app client's secrets will do.
provider.Client.prototype.compareClientSecret = async function compareClientSecret(given) {
  const held = await secretsOf({ UserPoolId: state.userPoolID, ClientId: this.clientId });
  return held.some((s) => timingSafeEqual(createHash('sha256').update(s.value).digest(), createHash('sha256').update(given).digest()));
};
provider.on('server_error', (ctx, err) => console.error(err));

// What Cognito does otherwise than OpenID Connect: /logout with logout_uri ends the session at once and goes there; and a client without a
// secret that sends Authorization: Basic is refused, its code used up.
provider.use(async (ctx, next) => {
  if (ctx.path === '/logout' && ctx.query.logout_uri) {
    const client = await provider.Client.find(String(ctx.query.client_id));
    if (!client?.postLogoutRedirectUris?.includes(ctx.query.logout_uri)) {
      ctx.status = 400;
      return;
    }
    await (await provider.Session.get(ctx)).destroy();
    ctx.redirect(ctx.query.logout_uri);
    return;
  }
  await next();
  if (ctx.path === '/oauth2/token' && ctx.body?.error === 'invalid_client' && /^basic /i.test(ctx.get('authorization'))) {
    await (await provider.AuthorizationCode.find(String(ctx.oidc?.body?.code ?? '')))?.destroy();
  }
});

// --- the sign-in page ----------------------------------------------------------------------------

const languages = {
  en: {
    lang: 'en', title: 'Sign in', user: 'User name', password: 'Password', submit: 'Sign in', error: 'Error',
    wrong: 'The user name or the password is wrong. Check both and try again.',
    gone: 'This sign-in page has expired. Go back to where you came from and sign in again.',
    failed: 'Signing in did not work', signOut: 'Sign out', signedOut: 'You are signed out',
  },
  pl: {
    lang: 'pl', title: 'Zaloguj się', user: 'Nazwa użytkownika', password: 'Hasło', submit: 'Zaloguj się', error: 'Błąd',
    wrong: 'Nazwa użytkownika lub hasło są nieprawidłowe. Sprawdź je i spróbuj ponownie.',
    gone: 'Ta strona logowania wygasła. Wróć na poprzednią stronę i zaloguj się ponownie.',
    failed: 'Nie udało się zalogować', signOut: 'Wyloguj się', signedOut: 'Wylogowano',
  },
};

// words gives the first language we have of those the client asked for, or else the browser.
function words(asked, req) {
  const wanted = [...(asked ?? '').split(' '), ...(req.headers['accept-language'] ?? '').split(',')];
  return languages[wanted.map((tag) => tag.trim().slice(0, 2).toLowerCase()).find((tag) => tag in languages) ?? 'en'];
}

function escape(text) {
  return String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function page(w, heading, body, title = heading) {
  return `<!DOCTYPE html>
<html lang="${w.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1.0625rem/1.5 system-ui, sans-serif; max-width: 24rem; margin: 0 auto; padding: 2rem 1rem; overflow-wrap: anywhere; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input, button { font: inherit; box-sizing: border-box; width: 100%; min-height: 2.75rem; padding: .5rem .75rem; }
input { border: 1px solid #767676; border-radius: .25rem; }
button { margin-top: 1.5rem; border: 0; border-radius: .25rem; background: #1f4e8c; color: #fff; cursor: pointer; }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
.error { border-left: .25rem solid #c62828; padding: .25rem .75rem; }
</style>
</head>
<body>
<main>
<h1>${escape(heading)}</h1>
${body}
</main>
</body>
</html>
`;
}

function form(w, name, wrong) {
  const described = wrong ? ' aria-invalid="true" aria-describedby="error"' : '';
  return page(w, w.title, `${wrong ? `<p class="error" id="error" role="alert">${w.wrong}</p>` : ''}
<form method="post">
<label for="user">${w.user}</label>
<input id="user" name="user" value="${escape(name)}" autocomplete="username" autocapitalize="none" spellcheck="false" required${described}>
<label for="password">${w.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${described}>
<button type="submit">${w.submit}</button>
</form>`, wrong ? `${w.error}: ${w.title}` : w.title);
}

async function signIn(req, res) {
  const send = (status, html) => res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }).end(html);
  let details;
  try {
    details = await provider.interactionDetails(req, res);
  } catch (err) {
    if (!(err instanceof errors.SessionNotFound)) throw err;
    const w = words(undefined, req);
    send(400, page(w, w.title, `<p>${w.gone}</p>`));
    return;
  }
  const w = words(details.params.ui_locales, req);
  if (req.method === 'GET') {
    send(200, form(w, details.params.login_hint ?? '', false));
    return;
  }
  if (req.method !== 'POST') {
    res.writeHead(405, { allow: 'GET, POST' }).end();
    return;
  }
  const given = await fields(req);
  const account = await checked(given.get('user')?.trim(), given.get('password'));
  if (!account) {
    send(401, form(w, given.get('user') ?? '', true));
    return;
  }
  await provider.interactionFinished(req, res, { login: { accountId: account.sub, remember: false } }, { mergeWithLastSubmission: false });
}

async function fields(req) {
  return new URLSearchParams(await text(req));
}

async function text(req) {
  const read = [];
  let size = 0;
  for await (const part of req) {
    size += part.length;
    if (size > 10_000) throw new errors.InvalidRequest('the form is too long');
    read.push(part);
  }
  return Buffer.concat(read).toString();
}

// --- serving -------------------------------------------------------------------------------------

const serve = provider.callback();
server.on('request', (req, res) => {
  if (!req.url.startsWith('/sign-in/')) {
    serve(req, res);
    return;
  }
  signIn(req, res).catch((err) => {
    console.error(err);
    if (!res.headersSent) res.writeHead(err.statusCode ?? 500).end();
  });
});

function listen(on, at) {
  return new Promise((resolve, reject) => {
    on.once('error', reject);
    on.keepAliveTimeout = 120_000; // longer than Go's clients keep a connection: one that closes just then loses a call
    on.listen(at ?? 0, '127.0.0.1', () => resolve(on.address().port));
  });
}

// Answers that are on their way leave first, and what they changed is on disk then.
process.once('SIGTERM', () => {
  setTimeout(() => process.exit(0), 1000).unref();
  let open = 2;
  for (const s of [server, cognitoServer]) {
    s.close(() => (open -= 1) || process.exit(0));
    s.closeIdleConnections();
  }
});

process.stdout.write(`${JSON.stringify({ ready: true, issuer, cognitoURL, ...state, secrets: undefined })}\n`);
