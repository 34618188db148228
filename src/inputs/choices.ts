/** What a user can choose from. */

export type MustExist = 'all' | 'references' | 'images' | 'none';

/** `rollback-or-delete` also deletes what a first deploy has created. */
export type OnFailure = 'keep' | 'rollback' | 'rollback-or-delete';
