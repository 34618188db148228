/** What a user can choose from. */

/** What is done. */
export type Command = 'deploy' | 'plan' | 'destroy' | 'sweep' | 'matrix' | 'collect';

export type MustExist = 'all' | 'references' | 'images' | 'none';

/** `rollback-or-delete` also deletes what a first deploy has created. */
export type OnFailure = 'keep' | 'rollback' | 'rollback-or-delete';
