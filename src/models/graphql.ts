import './models.graphql.ts';
import './prices.graphql.ts';
