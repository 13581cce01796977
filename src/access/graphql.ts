import './api-keys.graphql.ts';
import './organizations.graphql.ts';
import './people/provider.graphql.ts';
import './people/roles.graphql.ts';
import './people/sessions.graphql.ts';
import './people/users.graphql.ts';
import './places.graphql.ts';
import './viewer.graphql.ts';
