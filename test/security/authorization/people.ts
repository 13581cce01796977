import type { Role } from '../../../src/access/people/built-in.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createKeyring } from '../../../src/platform/keyring.ts';
import type { TestGateway } from '../../support/gateway.ts';

/** Signs in somebody with this role alone, in the first organization. @returns the token of the session */
export async function signedIn({ gateway }: TestGateway, secretKey: string, role: Role): Promise<string> {
  const { prisma } = gateway;
  const { projectId, organizationId } = await prisma.apiKey.findFirstOrThrow({ where: { name: 'admin' } });
  const token = `gps_${role.id}`;
  const id = `usr_${role.id}`;
  const now = new Date();
  await prisma.user.create({
    data: {
      ...{ id, organizationId, projectId, email: `${role.id}@example.com`, name: role.name, roles: [role.id] },
      ...{ groups: [], createdAt: now, updatedAt: now },
    },
  });
  const hash = Uint8Array.from(createKeyring(new Secret(secretKey)).hash('session', token));
  const expiresAt = new Date(now.getTime() + 3_600_000);
  const times = { createdAt: now, lastUsedAt: now, expiresAt, idleMs: 3_600_000 };
  await prisma.userSession.create({ data: { id: `ses_${role.id}`, organizationId, userId: id, hash, ...times } });
  return token;
}
