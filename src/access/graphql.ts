import './api-keys.graphql.ts';
import './organizations.graphql.ts';
import './places.graphql.ts';
import './viewer.graphql.ts';
